#include "daemon/floor/adoption.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/store_change.hpp"

namespace ledger_bridge::floor {

namespace {

bool is_known(std::span<const AdoptedLevel> adopted, const AdoptedLevel& candidate) {
    return std::any_of(adopted.begin(), adopted.end(), [&candidate](const AdoptedLevel& row) {
        return row.key == candidate.key && row.level >= candidate.level &&
               row.scope.includes(candidate.scope);
    });
}

std::string mark_name(std::string_view which, const apdu::Mark& mark, const std::string& device) {
    const auto position = position_text({mark.level, mark.round});
    return fmt::format("the {} mark {} of {}", which, position, device);
}

AdoptedLevel candidate_of(const DeviceReading& reading,
                          std::string_view which,
                          const apdu::Mark& mark,
                          const ChainScope& scope) {
    return {.device = reading.device,
            .key = reading.key,
            .scope = scope,
            .level = mark.level,
            .origin = mark_name(which, mark, reading.device),
            .time = reading.time};
}

// Where the device was on any of these chains, by its own words and by what it signed for us.
std::vector<Position> earlier_positions(const DeviceReading& reading,
                                        std::span<const StoredMark> marks,
                                        const ChainScope& scope) {
    std::vector<Position> positions;
    for (const auto& said : reading.earlier) {
        if (main_scope(said.chain).meets(scope)) {
            positions.push_back({said.main.level, said.main.round});
        }
        const auto test = test_scope(said.chain);
        if (test && test->meets(scope)) {
            positions.push_back({said.test.level, said.test.round});
        }
    }
    for (const auto& [key, mark] : marks) {
        if (key.key == reading.key && mark.signature && scope.covers(key.chain)) {
            positions.push_back(mark.position);
        }
    }
    return positions;
}

// From which round the mark fell, its level being the same.
std::optional<Position> fallen_from(const std::vector<Position>& earlier, const apdu::Mark& mark) {
    const auto found = std::find_if(earlier.begin(), earlier.end(), [&mark](const auto& before) {
        return before.level == mark.level && before.round > mark.round;
    });
    return found == earlier.end() ? std::nullopt : std::optional(*found);
}

Result<void> change_store(WatermarkStore& store, const WorkOut& work_out) {
    const auto done = store.change(work_out);
    return done ? Result<void>() : done.error();
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
        const auto fallen = fallen_from(earlier_positions(reading, marks, *scope), mark);
        auto candidate = candidate_of(reading, which, mark, *scope);
        if (fallen) {
            candidate.origin += ", which was at " + position_text(*fallen);
        }
        const bool above = !ours || Position{mark.level, mark.round} > *ours;
        if ((above || fallen) && !is_known(adopted, candidate)) {
            added.push_back(candidate);
        }
    };
    consider("main", reading.marks.main, main_scope(reading.marks.chain));
    consider("test", reading.marks.test, test_scope(reading.marks.chain));
    return added;
}

std::vector<AdoptedLevel> adoptions_before_operation(const DeviceReading& reading,
                                                     std::span<const AdoptedLevel> adopted) {
    const auto test = test_scope(reading.marks.chain);
    const auto& mark = test ? reading.marks.test : reading.marks.main;
    auto candidate = candidate_of(
        reading, test ? "test" : "main", mark, test.value_or(main_scope(reading.marks.chain)));
    candidate.origin += ", before an operation that zeroes its round";
    if (mark.round.value == 0 || is_known(adopted, candidate)) {
        return {};
    }
    return {std::move(candidate)};
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

Result<void> check_foreseen(const DeviceReading& set_up,
                            std::span<const AdoptedLevel> foreseen,
                            std::span<const AdoptedLevel> adopted) {
    const auto found = std::find_if(adopted.begin(), adopted.end(), [&](const auto& row) {
        return row.key == set_up.key &&
               std::find(foreseen.begin(), foreseen.end(), row) == foreseen.end();
    });
    return found == adopted.end()
               ? Result<void>()
               : fail(Errc::commit_conflict,
                      fmt::format(
                          "level {} was taken as used from {}", found->level.value, found->origin));
}

StoreChange change_for_reading(const DeviceReading& reading, const StoreContents& stored) {
    StoreChange change;
    change.added = new_adoptions(reading, stored.marks, stored.adopted);
    return change;
}

Result<StoreChange> change_for_setup(const DeviceReading& set_up,
                                     std::span<const AdoptedLevel> foreseen,
                                     const StoreContents& stored) {
    if (const auto all = check_foreseen(set_up, foreseen, stored.adopted); !all) {
        return all.error();
    }
    StoreChange change;
    change.ended = ended_adoptions(set_up, stored.marks, stored.adopted);
    auto left = stored.adopted;
    for (const auto& row : change.ended) {
        std::erase(left, row);
    }
    change.added = new_adoptions(set_up, stored.marks, left);
    return change;
}

Result<StoreChange> change_before_operation(const DeviceReading& reading,
                                            const StoreContents& stored) {
    if (stored.handed_over) {
        return fail(Errc::handed_over, "nor a reveal or a delegation");
    }
    StoreChange change;
    change.added = adoptions_before_operation(reading, stored.adopted);
    return change;
}

Result<void> adopt_reading(WatermarkStore& store, DeviceReading reading) {
    const auto devices = store.devices();
    if (!devices) {
        return devices.error();
    }
    for (const auto& device : *devices) {
        if (device.name == reading.device) {
            reading.earlier.push_back(device.marks);
        }
    }
    // Most readings say nothing new, and nothing is written for them.
    const auto known = read_contents(store);
    if (!known || change_for_reading(reading, *known).added.empty()) {
        return known ? Result<void>() : known.error();
    }
    return change_store(store, [&](const StoreContents& stored) -> Result<StoreChange> {
        return change_for_reading(reading, stored);
    });
}

Result<void> adopt_setup(WatermarkStore& store,
                         const DeviceReading& set_up,
                         std::span<const AdoptedLevel> foreseen) {
    return change_store(store, [&](const StoreContents& stored) {
        return change_for_setup(set_up, foreseen, stored);
    });
}

Result<void> adopt_before_operation(WatermarkStore& store, const DeviceReading& reading) {
    return change_store(store, [&](const StoreContents& stored) {
        return change_before_operation(reading, stored);
    });
}

}  // namespace ledger_bridge::floor
