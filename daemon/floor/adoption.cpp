#include "daemon/floor/adoption.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace ledger_bridge::floor {

namespace {

bool is_known(std::span<const AdoptedLevel> adopted, const AdoptedLevel& candidate) {
    return std::any_of(adopted.begin(), adopted.end(), [&candidate](const AdoptedLevel& row) {
        return row.key == candidate.key && row.level >= candidate.level &&
               row.scope.includes(candidate.scope);
    });
}

AdoptedLevel candidate_of(const DeviceReading& reading,
                          std::string_view which,
                          const apdu::Mark& mark,
                          const ChainScope& scope) {
    const auto position = position_text({mark.level, mark.round});
    return {.device = reading.device,
            .key = reading.key,
            .scope = scope,
            .level = mark.level,
            .origin = fmt::format("the {} mark {} of {}", which, position, reading.device),
            .time = reading.time};
}

bool same_place(const AdoptedLevel& left, const AdoptedLevel& right) {
    return left.device == right.device && left.key == right.key && left.scope == right.scope;
}

// `after` has the rows that were there.
AdoptionChange change(const DeviceReading& reading,
                      std::span<const StoredMark> marks,
                      AdoptionChange change) {
    for (const auto& row : change.ended) {
        std::erase(change.after, row);
    }
    change.added = new_adoptions(reading, marks, change.after);
    for (const auto& row : change.added) {
        std::erase_if(change.after, [&row](const auto& old) { return same_place(old, row); });
        change.after.push_back(row);
    }
    return change;
}

}  // namespace

std::optional<AdoptedLevel> highest_adopted(std::span<const AdoptedLevel> adopted,
                                            const apdu::KeyHash& key,
                                            const apdu::ChainId& chain) {
    std::optional<AdoptedLevel> highest;
    for (const auto& row : adopted) {
        const bool counts = row.key == key && row.scope.covers(chain);
        if (counts && (!highest || row.level > highest->level)) {
            highest = row;
        }
    }
    return highest;
}

std::optional<Position> highest_signed(std::span<const StoredMark> marks,
                                       const apdu::KeyHash& key,
                                       const ChainScope& scope) {
    std::optional<Position> highest;
    for (const auto& stored : marks) {
        if (stored.key.key == key && scope.covers(stored.key.chain)) {
            highest = std::max(highest, std::optional(stored.mark.position));
        }
    }
    return highest;
}

std::vector<AdoptedLevel> new_adoptions(const DeviceReading& reading,
                                        std::span<const StoredMark> marks,
                                        std::span<const AdoptedLevel> adopted) {
    std::vector<AdoptedLevel> added;
    const auto consider = [&](std::string_view which,
                              const apdu::Mark& mark,
                              const std::optional<ChainScope>& scope) {
        if (!scope) {
            return;
        }
        const auto ours = highest_signed(marks, reading.key, *scope);
        const auto candidate = candidate_of(reading, which, mark, *scope);
        if ((!ours || Position{mark.level, mark.round} > *ours) && !is_known(adopted, candidate)) {
            added.push_back(candidate);
        }
    };
    consider("main", reading.marks.main, main_scope(reading.marks.chain));
    consider("test", reading.marks.test, test_scope(reading.marks.chain));
    return added;
}

std::vector<AdoptedLevel> ended_adoptions(const DeviceReading& set_up,
                                          std::span<const StoredMark> marks,
                                          std::span<const AdoptedLevel> adopted) {
    const auto replaces = [&](const apdu::Mark& mark, const ChainScope& scope) {
        const auto ours = highest_signed(marks, set_up.key, scope);
        return !ours || mark.level > ours->level;
    };
    const auto main = main_scope(set_up.marks.chain);
    const auto test = test_scope(set_up.marks.chain);
    const bool main_replaces = replaces(set_up.marks.main, main);
    const bool test_replaces = test && replaces(set_up.marks.test, *test);
    std::vector<AdoptedLevel> ended;
    std::copy_if(
        adopted.begin(), adopted.end(), std::back_inserter(ended), [&](const AdoptedLevel& row) {
            return row.key == set_up.key && (main_replaces || !row.scope.meets(main)) &&
                   (test_replaces || !test || !row.scope.meets(*test));
        });
    return ended;
}

AdoptionChange change_for_reading(const DeviceReading& reading,
                                  std::span<const StoredMark> marks,
                                  std::vector<AdoptedLevel> adopted) {
    return change(reading, marks, {.ended = {}, .added = {}, .after = std::move(adopted)});
}

AdoptionChange change_for_setup(const DeviceReading& set_up,
                                std::span<const StoredMark> marks,
                                std::vector<AdoptedLevel> adopted) {
    auto ended = ended_adoptions(set_up, marks, adopted);
    return change(
        set_up, marks, {.ended = std::move(ended), .added = {}, .after = std::move(adopted)});
}

Result<void> adopt_setup(WatermarkStore& store, const DeviceReading& set_up) {
    const auto marks = store.marks();
    if (!marks) {
        return marks.error();
    }
    auto adopted = store.adopted();
    if (!adopted) {
        return adopted.error();
    }
    const auto change = change_for_setup(set_up, *marks, *std::move(adopted));
    return store.change_adopted(change.ended, change.added);
}

}  // namespace ledger_bridge::floor
