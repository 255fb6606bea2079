#include "daemon/admin/used_levels.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/tools/plan_facts.hpp"

namespace ledger_bridge::admin {
namespace {

constexpr std::uint32_t kAbsurd = 0x3ffffffe;

floor::AdoptedLevel adopted(const floor::ChainScope& scope, std::uint32_t level) {
    return {"some-device", fake_key().hash(), scope, Level{level}, "the main mark of another", {}};
}

// -- the rule once more, stated by the levels and chains that it is about ---------------------

const std::vector<ChainId> kChains{kMainnet, kGhostnet, kOther};
const std::vector<std::uint32_t> kLevels{1, 3, 4, 5, 6, 7, 8, 9, 10, kAbsurd};

struct GridCase {
    PlanFacts facts;
    MarkWish wish;
    ChainId chain;
};

bool main_covers(ChainId device_chain, ChainId chain) {
    return device_chain == kAny || device_chain == chain;
}

bool signed_here(const GridCase& grid, ChainId chain) {
    return std::any_of(
        grid.facts.signed_levels.begin(), grid.facts.signed_levels.end(), [&](const auto& was) {
            return main_covers(grid.chain, was.chain) && main_covers(grid.chain, chain);
        });
}

// Somebody says that this level of this chain is used.
bool said_used(const GridCase& grid, ChainId chain, std::uint32_t level) {
    const auto& marks = grid.facts.marks;
    const bool by_main = main_covers(marks.chain, chain) && level <= marks.main.level.value;
    const bool under_new_main = main_covers(grid.chain, chain);
    const bool by_test = !main_covers(marks.chain, chain) && level <= marks.test.level.value &&
                         !(under_new_main && grid.chain != kAny && signed_here(grid, chain));
    const bool by_adopted =
        std::any_of(grid.facts.adopted.begin(), grid.facts.adopted.end(), [&](const auto& row) {
            return row.scope.covers(chain) && level <= row.level.value;
        });
    return by_main || by_test || by_adopted;
}

// The level of a main mark can be attested at, unless it was that before.
bool allowed_by_device(const GridCase& grid,
                       const apdu::DeviceMarks& marks,
                       ChainId chain,
                       std::uint32_t level) {
    const auto& old = grid.facts.marks;
    const bool stays = marks.chain == old.chain && marks.main == old.main;
    const auto mark = main_covers(marks.chain, chain) ? marks.main : marks.test;
    return level > mark.level.value ||
           (level == mark.level.value && main_covers(marks.chain, chain) && !stays);
}

// Levels that count as used and that the device would sign again.
std::set<std::uint32_t> reopened(const GridCase& grid, const apdu::DeviceMarks& marks) {
    std::set<std::uint32_t> levels;
    for (const auto chain : kChains) {
        for (const auto level : kLevels) {
            if (said_used(grid, chain, level) && allowed_by_device(grid, marks, chain, level)) {
                levels.insert(level);
            }
        }
    }
    return levels;
}

// Every word that reaches one of these levels is lifted: absurd ones always, the others by a head
// that is more than two below them and below the new mark.
bool may_be_lifted(const GridCase& grid, std::uint32_t level, std::uint32_t new_main) {
    const auto& head = grid.wish.head;
    const bool by_head = head && head->chain == grid.chain && level > head->level.value + 2 &&
                         new_main > head->level.value;
    return grid.wish.force_lower || level >= kUnbelievable.value || by_head;
}

void check(const GridCase& grid, const Result<SetupPlan>& plan) {
    if (!plan || plan->instruction == Instruction::nothing) {
        return;
    }
    const auto levels = reopened(grid, plan->new_marks);
    if (levels.empty()) {
        return;
    }
    EXPECT_TRUE(may_be_lifted(grid, *levels.rbegin(), plan->new_marks.main.level.value))
        << "level " << *levels.rbegin() << " signed again after a mark of "
        << plan->new_marks.main.level.value;
    const auto warned = std::count_if(plan->notes.begin(), plan->notes.end(), [](const auto& note) {
        return note.find("go on only if no other signer") != std::string::npos;
    });
    EXPECT_GT(warned, 0) << "reopened without a word";
}

std::vector<PlanFacts> grid_of_facts() {
    std::vector<PlanFacts> all;
    const std::vector<std::vector<floor::AdoptedLevel>> rows{
        {},
        {adopted(floor::main_scope(kMainnet), 8)},
        {adopted(floor::main_scope(kMainnet), kAbsurd)},
        {adopted(*floor::test_scope(kMainnet), 7)},
        {adopted(*floor::test_scope(kGhostnet), 9), adopted(floor::main_scope(kGhostnet), 4)},
        {adopted(floor::main_scope(kAny), 6)}};
    for (const auto chain : {kAny, kMainnet, kGhostnet}) {
        for (const auto main_level : {0U, 5U, 9U, kAbsurd}) {
            for (const auto test_level : {0U, 7U}) {
                for (const auto on_main : {0U, 4U}) {
                    for (const auto& row : rows) {
                        auto facts = device(chain, main_level, test_level);
                        facts.adopted = row;
                        if (on_main != 0) {
                            facts.signed_levels = {{kMainnet, Level{on_main}}};
                        }
                        all.push_back(facts);
                    }
                }
            }
        }
    }
    return all;
}

std::vector<MarkWish> grid_of_wishes() {
    std::vector<MarkWish> all;
    for (const auto level : {0U, 5U, 8U, 10U}) {
        for (const auto test_level : {0U, 6U, 8U}) {
            for (const auto at : {0U, 4U}) {
                auto wish = level == 0 ? MarkWish{} : level_wish(level);
                if (test_level != 0) {
                    wish.test_level = Level{test_level};
                }
                if (at != 0) {
                    wish.head = head(at);
                }
                all.push_back(wish);
                wish.force_lower = true;
                all.push_back(wish);
            }
        }
    }
    return all;
}

TEST(UsedLevels, NoPlanLetsADeviceSignAUsedLevelAgainUnsaidOverAGrid) {
    std::size_t planned = 0;
    for (const auto& facts : grid_of_facts()) {
        for (const auto& wish : grid_of_wishes()) {
            for (const auto chain : {kAny, kMainnet, kGhostnet, kOther}) {
                const GridCase grid{facts, wish, chain};
                const auto plan = plan_setup({key(), chain, wish}, facts);
                check(grid, plan);
                planned += plan ? 1U : 0U;
            }
            check({facts, wish, facts.marks.chain}, plan_reset(wish, facts));
        }
    }
    EXPECT_GT(planned, 5000U) << "a grid of refusals shows nothing";
}

// A refusal has to name a level that would be signed again.
TEST(UsedLevels, EveryRefusalHasALevelThatWouldBeSignedAgainOverAGrid) {
    std::size_t refused = 0;
    for (const auto& facts : grid_of_facts()) {
        for (const auto level : {5U, 8U, 10U}) {
            for (const auto chain : {kAny, kMainnet, kGhostnet, kOther}) {
                const auto plan = plan_setup(wish(chain, level), facts);
                if (code_of(plan) == make_error_code(Errc::level_not_above_used)) {
                    const apdu::DeviceMarks marks{{Level{level}, {}}, {Level{kAbsurd}, {}}, chain};
                    const GridCase grid{facts, level_wish(level), chain};
                    EXPECT_FALSE(reopened(grid, marks).empty());
                    ++refused;
                }
            }
        }
    }
    EXPECT_GT(refused, 100U);
}

// -- one by one -------------------------------------------------------------------------------

TEST(UsedLevels, ALevelAtOrBelowTheDevicesMarkIsRefused) {
    for (const auto level : {700U, 800U}) {
        EXPECT_EQ(code_of(plan_reset(level_wish(level), device(kMainnet, 801, 0))),
                  make_error_code(Errc::level_not_above_used));
        EXPECT_EQ(code_of(plan_setup(wish(kMainnet, level), device(kMainnet, 801, 0))),
                  make_error_code(Errc::level_not_above_used));
    }
    EXPECT_TRUE(plan_reset(level_wish(802), device(kMainnet, 801, 0)));
}

TEST(UsedLevels, WhatWasAdoptedCountsAlsoWhenTheDeviceWasReplaced) {
    auto facts = device(kMainnet, 5, 0);
    facts.adopted = {adopted(floor::main_scope(kMainnet), 800)};
    EXPECT_EQ(code_of(plan_reset(level_wish(800), facts)),
              make_error_code(Errc::level_not_above_used));
    EXPECT_EQ(plan_reset({}, facts)->new_marks.main.level, Level{801});
}

TEST(UsedLevels, AHeadShowsThatAMarkIsAMistakeAndTheDangerIsSaid) {
    auto asked = level_wish(700);
    asked.head = head(650);
    const auto plan = plan_reset(asked, device(kMainnet, 800, 0));
    ASSERT_TRUE(plan);
    EXPECT_NE(plan->notes.back().find("levels 700 to 800 again"), std::string::npos);
    EXPECT_NE(plan->notes.back().find("head is level 650"), std::string::npos);
}

TEST(UsedLevels, AHeadDoesNotHelpALevelThatItsChainHasReached) {
    auto asked = level_wish(600);
    asked.head = head(650);
    EXPECT_EQ(code_of(plan_reset(asked, device(kMainnet, 800, 0))),
              make_error_code(Errc::level_not_above_used));
}

TEST(UsedLevels, AHeadDoesNotHelpAMarkThatTheNextBlocksReach) {
    MarkWish asked;
    asked.head = head(650);
    for (const auto mark : {651U, 652U}) {
        EXPECT_EQ(plan_reset(asked, device(kMainnet, mark, 0))->new_marks.main.level,
                  Level{mark + 1});
    }
    EXPECT_EQ(plan_reset(asked, device(kMainnet, 653, 0))->new_marks.main.level, Level{651});
}

// A node that is still catching up would show every level of the last years as a mistake.
TEST(UsedLevels, AnOldHeadAllowsForTheBlocksSince) {
    MarkWish asked;
    asked.head = head(650);
    asked.head->age = std::chrono::seconds{1000};
    EXPECT_EQ(plan_reset(asked, device(kMainnet, 1652, 0))->new_marks.main.level, Level{1653});
    EXPECT_EQ(plan_reset(asked, device(kMainnet, 1653, 0))->new_marks.main.level, Level{651});
}

TEST(UsedLevels, TheHeadOfOneChainSaysNothingForADeviceOfEveryChain) {
    auto asked = level_wish(700);
    asked.head = head(650);
    EXPECT_EQ(code_of(plan_reset(asked, device(kAny, 800, 0))),
              make_error_code(Errc::level_not_above_used));
}

TEST(UsedLevels, ALevelThatNoChainHasNeedsNoNode) {
    const auto plan = plan_reset(level_wish(500), device(kMainnet, kUnbelievable.value, 0));
    ASSERT_TRUE(plan);
    EXPECT_NE(plan->notes.back().find("no chain has such a level yet"), std::string::npos);
    EXPECT_EQ(code_of(plan_reset(level_wish(500), device(kMainnet, kUnbelievable.value - 1, 0))),
              make_error_code(Errc::level_not_above_used));
}

TEST(UsedLevels, ForceLowerLowersATestNetworkAndSaysTheDanger) {
    auto asked = level_wish(5);
    EXPECT_EQ(code_of(plan_reset(asked, device(kGhostnet, 800, 0))),
              make_error_code(Errc::level_not_above_used));
    asked.force_lower = true;
    const auto plan = plan_reset(asked, device(kGhostnet, 800, 0));
    ASSERT_TRUE(plan);
    EXPECT_NE(plan->notes.back().find("--force-lower"), std::string::npos);
}

TEST(UsedLevels, TheTestMarkIsNotLoweredBelowWhatItStandsFor) {
    auto asked = wish(kMainnet, 900);
    asked.marks.test_level = Level{299};
    EXPECT_EQ(code_of(plan_setup(asked, device(kMainnet, 800, 300))),
              make_error_code(Errc::level_not_above_used));
}

TEST(UsedLevels, ResetDoesNotLowerTheTestMarkAlong) {
    MarkWish asked;
    asked.head = head(650);
    const auto plan = plan_reset(asked, device(kMainnet, 800, 800));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->instruction, Instruction::setup);
    EXPECT_EQ(plan->new_marks.test.level, Level{800});
}

TEST(UsedLevels, TheKeptTestMarkIsRaisedAboveWhatWasAdopted) {
    auto facts = device(kMainnet, 800, 0);
    facts.adopted = {adopted(*floor::test_scope(kMainnet), 300)};
    EXPECT_EQ(plan_setup(wish(kMainnet, 900), facts)->new_marks.test.level, Level{301});
}

TEST(UsedLevels, AnAnswerThatWasLostIsAskedForAgainWhileALevelStaysAdopted) {
    auto facts = device(kMainnet, 500, 0);
    facts.adopted = {adopted(floor::main_scope(kMainnet), kAbsurd)};
    EXPECT_NE(plan_reset(level_wish(500), facts)->instruction, Instruction::nothing);
    EXPECT_NE(plan_setup(wish(kMainnet, 500), facts)->instruction, Instruction::nothing);
    facts.adopted = {adopted(floor::main_scope(kMainnet), 500)};
    EXPECT_EQ(plan_reset(level_wish(500), facts)->instruction, Instruction::nothing);
}

TEST(UsedLevels, ADeviceOfAnotherKeySaysNothingAgainstAGivenLevel) {
    auto asked = wish(kMainnet, 700);
    asked.key = other_key();
    EXPECT_TRUE(plan_setup(asked, device(kMainnet, 800, 0)));
}

}  // namespace
}  // namespace ledger_bridge::admin
