#include "daemon/floor/store_change.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/refusal_text.hpp"

namespace ledger_bridge::floor {

namespace {

template <class Rows>
auto find_mark(Rows& marks, const MarkKey& key) {
    return std::find_if(
        marks.begin(), marks.end(), [&](const auto& one) { return one.key == key; });
}

template <class Rows>
auto find_level(Rows& adopted, const AdoptedLevel& like) {
    return std::find_if(adopted.begin(), adopted.end(), [&](const auto& one) {
        return key_of(one) == key_of(like);
    });
}

// A position may become used by bytes that nobody knows: then nothing is signed or repeated there.
bool may_follow(const SignedMark& wanted, const SignedMark& stored) {
    return wanted.position > stored.position || same_message(wanted, stored) ||
           (wanted.position == stored.position && wanted.digest == kUnknownDigest);
}

Payload payload_of(const StoredMark& wanted) {
    const auto& [level, round] = wanted.mark.position;
    return {wanted.key.kind, wanted.key.chain, level, round, wanted.mark.digest};
}

Error level_conflict(const AdoptedLevel& wanted, const AdoptedLevel& stored) {
    return fail(Errc::commit_conflict,
                fmt::format("asked for level {} to be taken as used from {}, stored is level {} "
                            "from {}",
                            wanted.level.value,
                            wanted.origin,
                            stored.level.value,
                            stored.origin));
}

Result<void> check_marks(const StoreContents& stored, const std::vector<StoredMark>& wanted) {
    for (const auto& one : wanted) {
        const auto known = find_mark(stored.marks, one.key);
        if (known != stored.marks.end() && !may_follow(one.mark, known->mark)) {
            return mark_conflict(one, known->mark);
        }
    }
    return {};
}

Result<void> check_levels(const StoreContents& stored, const StoreChange& change) {
    for (const auto& one : change.added) {
        const auto known = find_level(stored.adopted, one);
        const bool stays =
            known != stored.adopted.end() && find_level(change.ended, one) == change.ended.end();
        if (stays && one.level < known->level) {
            return level_conflict(one, *known);
        }
    }
    return {};
}

}  // namespace

// The device's mark is not known here: whoever asked adds it.
Error mark_conflict(const StoredMark& wanted, const SignedMark& stored) {
    const KnownMarks marks{.signed_mark = stored};
    return fail(Errc::commit_conflict,
                fmt::format("{}; asked for digest {}, stored is {}; {}",
                            refused_by_text(payload_of(wanted), Refuser::signed_mark, marks),
                            to_hex(wanted.mark.digest),
                            to_hex(stored.digest),
                            host_mark_text(marks)));
}

Error adopted_conflict(const StoredMark& wanted,
                       const std::optional<SignedMark>& stored,
                       const AdoptedLevel& adopted) {
    const KnownMarks marks{
        .signed_mark = stored, .adopted = adopted.level, .adopted_from = adopted.origin};
    return fail(Errc::commit_conflict,
                fmt::format("{}; {}",
                            refused_by_text(payload_of(wanted), Refuser::adopted_level, marks),
                            host_mark_text(marks)));
}

Result<StoreContents> read_contents(WatermarkStore& store) {
    auto floor = store.fact(kFloorFact);
    if (!floor) {
        return floor.error();
    }
    auto marks = store.marks();
    if (!marks) {
        return marks.error();
    }
    auto adopted = store.adopted();
    if (!adopted) {
        return adopted.error();
    }
    const auto handed_over = store.fact(kHandedOverFact);
    if (!handed_over) {
        return handed_over.error();
    }
    return StoreContents{
        *std::move(floor), *std::move(marks), *std::move(adopted), handed_over->has_value()};
}

Result<void> check_change(const StoreContents& stored, const StoreChange& change) {
    auto marks = check_marks(stored, change.marks);
    return marks ? check_levels(stored, change) : marks;
}

}  // namespace ledger_bridge::floor
