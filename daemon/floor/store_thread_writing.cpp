// What the store's thread writes, and how the copy follows.
#include <algorithm>
#include <utility>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/refusal.hpp"
#include "daemon/floor/store_change.hpp"
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
            refresh();
        }
        return outcome;
    }
    recovered();
    const std::scoped_lock lock(mutex_);
    show(wanted);
    return outcome;
}

// The store keeps the signature of an equal mark, and so does this copy, where it may be while it
// is still on its way to the store. What was known here is never forgotten for a file that knows
// less. Under the mutex.
void StoreThread::show(const StoredMark& durable) {
    const auto [known, inserted] = marks_.try_emplace(durable.key, durable.mark);
    if (durable.mark.position < known->second.position) {
        return;
    }
    if (!inserted && !same_message(known->second, durable.mark)) {
        known->second = durable.mark;
    } else if (!known->second.signature) {
        known->second.signature = durable.mark.signature;
    }
}

// What was read in the transaction is shown, so that nothing need be read again, which could fail.
// After a refusal too: another program has written what forbids this. Levels that this change adds
// were `noticed` here then; an import's were elsewhere, before.
Result<void> StoreThread::change_now(const WorkOut& work_out, std::optional<BootTime> noticed) {
    std::optional<StoreContents> found;
    const auto after = store_->change([&](const StoreContents& stored) {
        found = stored;
        return work_out(with_shown_signatures(stored));
    });
    if (found && (after || is_refusal(after.error()))) {
        show(*found);
    }
    if (!after) {
        return after.error();
    }
    recovered();
    show(*after, noticed);
    return {};
}

// A signature that is shown was made, also while it is on its way to the store or was lost there.
StoreContents StoreThread::with_shown_signatures(StoreContents stored) const {
    const std::scoped_lock lock(mutex_);
    for (auto& [key, mark] : stored.marks) {
        const auto known = marks_.find(key);
        if (known != marks_.end() && same_message(known->second, mark) && !mark.signature) {
            mark.signature = known->second.signature;
        }
    }
    return stored;
}

// Levels that were not shown before are new since `noticed`, if that is given.
void StoreThread::show(const StoreContents& stored, std::optional<BootTime> noticed) {
    const std::scoped_lock lock(mutex_);
    for (const auto& mark : stored.marks) {
        show(mark);
    }
    auto levels = stored.adopted;
    for (auto& level : levels) {
        const auto known = std::find(adopted_.begin(), adopted_.end(), level);
        level.noticed = known == adopted_.end() ? noticed : known->noticed;
    }
    adopted_ = std::move(levels);
    handed_over_ = stored.handed_over;
}

// Another writer of a shared store has moved the mark, adopted levels or handed over: show what it
// wrote.
void StoreThread::refresh() {
    const auto stored = read_contents(*store_);
    if (stored) {
        show(*stored);
    } else {
        failed(stored.error());
    }
}

}  // namespace ledger_bridge::floor
