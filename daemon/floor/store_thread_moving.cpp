// What the store's thread does when watermarks move in or out.
#include <utility>

#include "daemon/floor/store_thread.hpp"
#include "driver/base/crash_point.hpp"

namespace ledger_bridge::floor {

void StoreThread::merge(Interchange incoming,
                        MergeWish wish,
                        std::function<void(const Result<Merge>&)> done) {
    add_to(jobs_,
           [this, incoming = std::move(incoming), wish, done = std::move(done)](
               const std::optional<Error>& broken) {
               const auto merged = broken ? Result<Merge>(*broken) : merge_now(incoming, wish);
               done(merged);
               return merged ? Result<void>() : merged.error();
           });
}

Result<Merge> StoreThread::merge_now(const Interchange& incoming, MergeWish wish) {
    if (wish.dry_run) {
        return merge_into(*store_, incoming, wish);
    }
    Merge merge;
    const auto done = change_now(merging(incoming, wish, merge));
    return done ? Result<Merge>(std::move(merge)) : done.error();
}

void StoreThread::contents(std::function<void(const Result<Interchange>&)> done) {
    add_to(jobs_, [this, done = std::move(done)](const std::optional<Error>& broken) {
        const auto found = broken ? Result<Interchange>(*broken) : contents_of(*store_);
        done(found);
        return found ? Result<void>() : found.error();
    });
}

void StoreThread::hand_over(std::function<void(const Result<Interchange>&)> done) {
    add_to(jobs_, [this, done = std::move(done)](const std::optional<Error>& broken) {
        const auto content = broken ? Result<Interchange>(*broken) : hand_over_now();
        done(content);
        return content ? Result<void>() : content.error();
    });
}

// In this order: a crash between the two leaves a signer that is silent for nothing, which an
// import cures, and never two that sign.
Result<Interchange> StoreThread::hand_over_now() {
    crash_point("handover_asked");
    if (const auto kept = floor::hand_over(*store_, clock_.wall()); !kept) {
        return kept.error();
    }
    crash_point("handover_durable");
    recovered();
    {
        const std::scoped_lock lock(mutex_);
        handed_over_ = true;
    }
    auto content = contents_of(*store_);
    crash_point("handover_read");
    return content;
}

}  // namespace ledger_bridge::floor
