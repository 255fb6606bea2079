// What the store's thread writes, and how the copy follows.
#include <utility>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/refusal.hpp"
#include "daemon/floor/store_thread.hpp"

namespace ledger_bridge::floor {

Result<void> StoreThread::commit_now(const StoredMark& wanted, const std::string& device) {
    if (handed_over()) {
        return fail(Errc::handed_over);
    }
    auto outcome = store_->commit(
        wanted.key, wanted.mark.position, wanted.mark.digest, wanted.mark.time, device);
    if (!outcome) {
        if (is_refusal(outcome.error())) {
            refresh(wanted.key);
        }
        return outcome;
    }
    recovered();
    const std::scoped_lock lock(mutex_);
    show(wanted);
    return outcome;
}

// The store keeps the signature of an equal mark, and so does this copy, where it may be while it
// is still on its way to the store. Under the mutex.
void StoreThread::show(const StoredMark& durable) {
    const auto [known, inserted] = marks_.try_emplace(durable.key, durable.mark);
    if (!inserted && !same_message(known->second, durable.mark)) {
        known->second = durable.mark;
    } else if (!known->second.signature) {
        known->second.signature = durable.mark.signature;
    }
}

// Only this thread changes the copies, so what it read of them stays true while it works.
Result<void> StoreThread::adopt_now(const DeviceReading& reading, Change change_for) {
    auto change = change_for(reading, marks(), adopted());
    if (change.ended.empty() && change.added.empty()) {
        return {};
    }
    if (auto written = store_->change_adopted(change.ended, change.added); !written) {
        return written;
    }
    recovered();
    const std::scoped_lock lock(mutex_);
    adopted_ = std::move(change.after);
    return {};
}

// Another writer of a shared store has moved the mark, adopted levels or handed over: show what it
// wrote.
void StoreThread::refresh(const MarkKey& key) {
    const auto stored = store_->find(key);
    auto adopted = store_->adopted();
    const auto handed_over = store_->fact(kHandedOverFact);
    if (!stored || !adopted || !handed_over) {
        failed(!stored ? stored.error() : !adopted ? adopted.error() : handed_over.error());
        return;
    }
    const std::scoped_lock lock(mutex_);
    if (*stored) {
        show({key, **stored});
    }
    adopted_ = *std::move(adopted);
    handed_over_ = handed_over->has_value();
}

}  // namespace ledger_bridge::floor
