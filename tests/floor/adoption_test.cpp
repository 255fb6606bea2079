// Which levels a device's marks make used, said once more in other words and compared over a grid.
#include "daemon/floor/adoption.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/floor/samples.hpp"

namespace ledger_bridge::floor {
namespace {

using apdu::ChainId;
using test::sample_key;
using test::sample_position;
using test::sample_time;

constexpr ChainId kAny{};
constexpr ChainId kA{{1, 1, 1, 1}};
constexpr ChainId kB{{2, 2, 2, 2}};
constexpr ChainId kC{{3, 3, 3, 3}};
constexpr std::array kChains{kA, kB, kC};
constexpr std::uint32_t kEnd = 5;  // levels of the grid

using Rows = std::vector<AdoptedLevel>;
using Marks = std::vector<StoredMark>;

DeviceReading reading(ChainId chain, const Position& main, const Position& test) {
    return {"some-device",
            sample_key().key,
            {{main.level, main.round}, {test.level, test.round}, chain},
            sample_time(1)};
}

StoredMark signed_at(ChainId chain, const Position& position, Kind kind = Kind::block) {
    auto key = sample_key(kind);
    key.chain = chain;
    return {key, {position, {}, std::nullopt, {}}};
}

AdoptedLevel row(const ChainScope& scope, std::uint32_t level) {
    return {"some-device", sample_key().key, scope, {level}, "a mark", sample_time(0)};
}

bool used(const Rows& rows, ChainId chain, std::uint32_t level) {
    const auto highest = highest_adopted(rows, sample_key().key, chain);
    return highest && level <= highest->level.value;
}

Rows after(const DeviceReading& seen, const Marks& marks, Rows rows, bool set_up = false) {
    if (set_up) {
        for (const auto& ended : ended_adoptions(seen, marks, rows)) {
            std::erase(rows, ended);
        }
    }
    for (const auto& added : new_adoptions(seen, marks, rows)) {
        rows.push_back(added);
    }
    return rows;
}

// On the line of all rounds of all levels; below every place when nothing was signed.
int place(const Position& position) {
    return static_cast<int>(position.level.value * 10 + position.round.value);
}

// The statement: a level is used on a chain when the mark that speaks for the chain has reached it,
// and is beyond every place that we signed on any chain that it speaks for.
bool expected(const DeviceReading& seen, const Marks& marks, ChainId chain, std::uint32_t level) {
    const auto under_main = [&seen](ChainId one) {
        return seen.marks.chain == kAny || one == seen.marks.chain;
    };
    const auto& mark = under_main(chain) ? seen.marks.main : seen.marks.test;
    int ours = -1;
    for (const auto& one : marks) {
        if (under_main(one.key.chain) == under_main(chain)) {
            ours = std::max(ours, place(one.mark.position));
        }
    }
    return place({mark.level, mark.round}) > ours && level <= mark.level.value;
}

std::vector<Position> positions() {
    return {sample_position(0), sample_position(2), sample_position(2, 1), sample_position(4)};
}

std::vector<Marks> grid_of_marks() {
    std::vector<Marks> all{{}};
    for (const auto& on_a : positions()) {
        for (const auto& on_b : positions()) {
            all.push_back({signed_at(kA, on_a)});
            all.push_back({signed_at(kB, on_b, Kind::attestation)});
            all.push_back({signed_at(kA, on_a), signed_at(kB, on_b, Kind::preattestation)});
            all.push_back({signed_at(kA, on_a), signed_at(kA, on_b, Kind::attestation)});
        }
    }
    return all;
}

std::vector<DeviceReading> grid_of_readings() {
    std::vector<DeviceReading> all;
    for (const auto chain : {kAny, kA, kB}) {
        for (const auto& main : positions()) {
            for (const auto& test : positions()) {
                all.push_back(reading(chain, main, test));
            }
        }
    }
    return all;
}

TEST(Adoption, UsesUpTheLevelOfEachMarkThatIsAboveOurs) {
    for (const auto& marks : grid_of_marks()) {
        for (const auto& seen : grid_of_readings()) {
            const auto rows = after(seen, marks, {});
            for (const auto& chain : kChains) {
                for (std::uint32_t level = 0; level < kEnd; ++level) {
                    EXPECT_EQ(used(rows, chain, level), expected(seen, marks, chain, level));
                }
            }
        }
    }
}

// A mark has fallen for a chain when on some chain that shares it the device had a higher round of
// the same level.
bool fell(const DeviceReading& seen, const apdu::DeviceMarks& earlier, ChainId chain) {
    const auto& now = covering_mark(seen.marks, chain);
    const bool under_main = &now == &seen.marks.main;
    return std::any_of(kChains.begin(), kChains.end(), [&](const ChainId& one) {
        const auto& before = covering_mark(earlier, one);
        return (&covering_mark(seen.marks, one) == &seen.marks.main) == under_main &&
               before.level == now.level && before.round > now.round;
    });
}

TEST(Adoption, UsesUpTheLevelOfEachMarkWhoseRoundFell) {
    const Marks marks{signed_at(kA, sample_position(2, 1)),
                      signed_at(kB, sample_position(4), Kind::attestation)};
    for (const auto& before : grid_of_readings()) {
        for (auto seen : grid_of_readings()) {
            seen.earlier = {{}, before.marks};
            const auto rows = after(seen, marks, {});
            for (const auto& chain : kChains) {
                const bool whole = fell(seen, before.marks, chain);
                const auto& mark = covering_mark(seen.marks, chain);
                for (std::uint32_t level = 0; level < kEnd; ++level) {
                    EXPECT_EQ(used(rows, chain, level),
                              expected(seen, marks, chain, level) ||
                                  (whole && level <= mark.level.value));
                }
            }
        }
    }
}

// A signature that we have was given by the device; a mark alone may never have reached it.
TEST(Adoption, TakesASignatureForTheDevicesWord) {
    auto ours = signed_at(kB, sample_position(2, 1));
    const auto seen = reading(kA, sample_position(0), sample_position(2));
    EXPECT_FALSE(used(after(seen, {ours}, {}), kB, 2));
    ours.mark.signature = test::sample_signature(1);
    EXPECT_TRUE(used(after(seen, {ours}, {}), kB, 2));
    EXPECT_FALSE(used(after(seen, {ours}, {}), kA, 2));
    const auto same = reading(kA, sample_position(0), sample_position(2, 1));
    EXPECT_FALSE(used(after(same, {ours}, {}), kB, 2));
}

TEST(Adoption, BeforeAnOperationTheLevelOfTheMarkThatLosesItsRoundIsUsedUp) {
    for (const auto& seen : grid_of_readings()) {
        const auto rows = adoptions_before_operation(seen, {});
        const auto& zeroed = seen.marks.chain == kAny ? seen.marks.main : seen.marks.test;
        for (const auto& chain : kChains) {
            const bool covered = &covering_mark(seen.marks, chain) == &zeroed;
            for (std::uint32_t level = 0; level < kEnd; ++level) {
                EXPECT_EQ(used(rows, chain, level),
                          covered && zeroed.round.value > 0 && level <= zeroed.level.value);
            }
        }
        EXPECT_TRUE(adoptions_before_operation(seen, rows).empty());
    }
}

TEST(Adoption, ForgetsNothingAtAReadingAndWritesNothingTwice) {
    for (const auto& marks : grid_of_marks()) {
        for (const auto& first : grid_of_readings()) {
            const auto before = after(first, marks, {});
            EXPECT_TRUE(new_adoptions(first, marks, before).empty());
            for (const auto& second : {reading(kA, sample_position(1), sample_position(3)),
                                       reading(kC, sample_position(3), sample_position(0)),
                                       reading(kAny, sample_position(0), sample_position(0))}) {
                const auto rows = after(second, marks, before);
                for (const auto& chain : kChains) {
                    for (std::uint32_t level = 0; level < kEnd; ++level) {
                        EXPECT_EQ(
                            used(rows, chain, level),
                            used(before, chain, level) || expected(second, marks, chain, level));
                    }
                }
            }
        }
    }
}

// After a setup a level that was used may be free, but only above a mark that is itself above all
// that we signed there; and nothing but the new marks holds up a chain where that is so everywhere.
TEST(Adoption, GivesUpLevelsOnlyAboveASetupThatIsAboveAllWeSigned) {
    int freed = 0;
    for (const auto& marks : grid_of_marks()) {
        for (const auto& first : grid_of_readings()) {
            const auto before = after(first, marks, {});
            for (const auto& set_up : grid_of_readings()) {
                const auto rows = after(set_up, marks, before, true);
                for (const auto& chain : kChains) {
                    const auto& mark = covering_mark(set_up.marks, chain);
                    for (std::uint32_t level = 0; level < kEnd; ++level) {
                        if (!used(before, chain, level) || used(rows, chain, level)) {
                            continue;
                        }
                        ++freed;
                        EXPECT_GT(level, mark.level.value);
                        for (const auto& one : marks) {
                            EXPECT_TRUE(one.key.chain != chain ||
                                        mark.level > one.mark.position.level);
                        }
                    }
                }
            }
        }
    }
    EXPECT_GT(freed, 100);
}

TEST(Adoption, ASetupAboveEverythingSignedEndsAnAbsurdLevel) {
    const Marks marks{signed_at(kA, sample_position(100))};
    const Rows rows{row({ChainScope::Kind::only, kA}, 0x3fffffff)};
    const auto set_up = reading(kA, sample_position(101), sample_position(0));
    EXPECT_EQ(highest_adopted(after(set_up, marks, rows, true), sample_key().key, kA)->level.value,
              101U);
    EXPECT_TRUE(used(after(set_up, marks, rows), kA, 102)) << "a reading alone ends nothing";
    const auto low = reading(kA, sample_position(100), sample_position(0));
    EXPECT_TRUE(used(after(low, marks, rows, true), kA, 0x3fffffff)) << "not above what was signed";
}

TEST(Adoption, AChainKeepsItsLevelsWhenTheDeviceIsSetUpForAnother) {
    const auto on_a = after(reading(kA, sample_position(50), sample_position(3)), {}, {});
    const auto rows = after(reading(kB, sample_position(7), sample_position(0)), {}, on_a);
    EXPECT_TRUE(used(rows, kA, 50));
    EXPECT_FALSE(used(rows, kA, 51));
    EXPECT_TRUE(used(rows, kB, 7));
    EXPECT_FALSE(used(rows, kB, 8));
    EXPECT_TRUE(used(rows, kC, 3));
    EXPECT_FALSE(used(rows, kC, 4));
}

TEST(Adoption, OtherKeysAreNotTouched) {
    const Rows rows{row({}, 100)};
    auto other = reading(kA, sample_position(1), sample_position(1));
    other.key.hash[0] ^= 1U;
    EXPECT_TRUE(ended_adoptions(other, {}, rows).empty());
    EXPECT_EQ(new_adoptions(other, {}, rows).size(), 2U);
    EXPECT_FALSE(highest_adopted(rows, other.key, kA));
}

TEST(Adoption, NamesTheMarkAndTheDevice) {
    const auto added =
        new_adoptions(reading(kA, sample_position(5, 2), sample_position(1)), {}, {});
    ASSERT_EQ(added.size(), 2U);
    EXPECT_EQ(added[0].origin, "the main mark (5,2) of some-device");
    EXPECT_EQ(added[1].origin, "the test mark (1,0) of some-device");
    EXPECT_EQ(added[1].scope, (ChainScope{ChainScope::Kind::all_but, kA}));
    const auto before = reading(kA, sample_position(5, 2), sample_position(1));
    auto now = reading(kA, sample_position(5), sample_position(1));
    now.earlier = {before.marks};
    EXPECT_EQ(new_adoptions(now, {}, {})[0].origin,
              "the main mark (5,0) of some-device, which was at (5,2)");
    const auto any = reading(kAny, sample_position(5, 2), {});
    EXPECT_EQ(adoptions_before_operation(any, {})[0].origin,
              "the main mark (5,2) of some-device, before an operation that zeroes its round");
}

}  // namespace
}  // namespace ledger_bridge::floor
