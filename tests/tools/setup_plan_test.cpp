#include "daemon/admin/setup_plan.hpp"

#include <gtest/gtest.h>

#include "tests/tools/plan_facts.hpp"

namespace ledger_bridge::admin {
namespace {

TEST(SetupLevel, UnknownMainNetworkNeedsLevelOrNode) {
    for (const auto chain : {kMainnet, kAny}) {
        EXPECT_EQ(code_of(plan_setup(wish(chain), fresh_device())),
                  make_error_code(Errc::level_needed));
    }
}

TEST(SetupLevel, UnknownTestNetworkStartsAtZeroAndSaysWhatThatMeans) {
    const auto plan = plan_setup(wish(kGhostnet), fresh_device());
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->new_marks.main.level, Level{0});
    ASSERT_EQ(plan->notes.size(), 1U);
    EXPECT_NE(plan->notes[0].find("would sign every level"), std::string::npos);
}

TEST(SetupLevel, OneAboveTheFloorOfThatChainAlone) {
    auto facts = fresh_device();
    facts.signed_levels = {{kMainnet, Level{500}}, {kGhostnet, Level{900}}};
    EXPECT_EQ(plan_setup(wish(kMainnet), facts)->new_marks.main.level, Level{501});
}

TEST(SetupLevel, OneAboveTheDevicesMainMarkOfTheSameChain) {
    auto facts = device(kMainnet, 700, 0);
    facts.authorized = other_key();
    EXPECT_EQ(plan_setup(wish(kMainnet), facts)->new_marks.main.level, Level{701});
}

TEST(SetupLevel, MainMarkOfAnUnspecifiedChainCountsForEveryChain) {
    EXPECT_EQ(plan_setup(wish(kGhostnet), device(kAny, 700, 0))->new_marks.main.level, Level{701});
}

TEST(SetupLevel, TestMarkCountsOnlyWhereTheFloorHasNoHistory) {
    auto facts = device(kMainnet, 5000, 300);
    EXPECT_EQ(plan_setup(wish(kGhostnet), facts)->new_marks.main.level, Level{301});
    facts.signed_levels = {{kGhostnet, Level{40}}};
    EXPECT_EQ(plan_setup(wish(kGhostnet), facts)->new_marks.main.level, Level{41});
}

TEST(SetupLevel, ForeignMainMarkSaysNothing) {
    EXPECT_EQ(code_of(plan_setup(wish(kMainnet), device(kGhostnet, 700, 0))),
              make_error_code(Errc::level_needed));
}

TEST(SetupLevel, OneAboveTheNodesHeadAndItsChain) {
    auto asked = wish(std::nullopt);
    asked.marks.head = head(1000, kGhostnet);
    const auto plan = plan_setup(asked, fresh_device());
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->new_marks.main.level, Level{1001});
    EXPECT_EQ(plan->new_marks.chain, kGhostnet);
}

TEST(SetupLevel, AHighDeviceMarkDoesNotRaiseItAboveTheHead) {
    auto asked = wish(kMainnet);
    asked.key = other_key();
    asked.marks.head = head(1000);
    EXPECT_EQ(plan_setup(asked, device(kMainnet, 0x3fffffff, 0))->new_marks.main.level,
              Level{1001});
}

TEST(SetupLevel, TheFloorIsAboveTheHead) {
    auto asked = wish(kMainnet);
    asked.marks.head = head(1000);
    auto facts = fresh_device();
    facts.signed_levels = {{kMainnet, Level{1005}}};
    EXPECT_EQ(plan_setup(asked, facts)->new_marks.main.level, Level{1006});
}

TEST(SetupLevel, NodeOfAnotherChainIsRefused) {
    auto asked = wish(kMainnet);
    asked.marks.head = head(1000, kGhostnet);
    EXPECT_EQ(code_of(plan_setup(asked, fresh_device())),
              make_error_code(Errc::chain_not_the_nodes));
}

TEST(SetupLevel, RangeEndsBelow0x40000000) {
    EXPECT_TRUE(plan_setup(wish(kMainnet, 0x3fffffff), fresh_device()));
    for (const auto level : {0x40000000U, 0xffffffffU}) {
        EXPECT_EQ(code_of(plan_setup(wish(kMainnet, level), fresh_device())),
                  make_error_code(Errc::level_out_of_range));
    }
}

TEST(SetupLevel, ChosenLevelStaysInRange) {
    auto asked = wish(kMainnet);
    asked.key = other_key();
    EXPECT_EQ(code_of(plan_setup(asked, device(kMainnet, 0x3fffffff, 0))),
              make_error_code(Errc::level_out_of_range));
}

TEST(SetupLevel, TestLevelHasTheSameRange) {
    auto asked = wish(kMainnet, 5);
    asked.marks.test_level = Level::kEnd;
    EXPECT_EQ(code_of(plan_setup(asked, fresh_device())),
              make_error_code(Errc::level_out_of_range));
}

// -- what is refused because it was signed --------------------------------------------------

TEST(SetupFloor, LevelMustBeAboveWhatWasSigned) {
    auto facts = fresh_device();
    facts.signed_levels = {{kMainnet, Level{100}}};
    for (const auto level : {0U, 99U, 100U}) {
        EXPECT_EQ(code_of(plan_setup(wish(kMainnet, level), facts)),
                  make_error_code(Errc::level_not_above_signed));
    }
    EXPECT_TRUE(plan_setup(wish(kMainnet, 101), facts));
}

TEST(SetupFloor, RefusedEvenWhereTheDeviceIsAtThatLevelAlready) {
    auto facts = device(kMainnet, 100, 0);
    facts.signed_levels = {{kMainnet, Level{100}}};
    EXPECT_EQ(code_of(plan_setup(wish(kMainnet, 100), facts)),
              make_error_code(Errc::level_not_above_signed));
}

TEST(SetupFloor, UnspecifiedChainIsMeasuredAgainstEveryChain) {
    auto facts = fresh_device();
    facts.signed_levels = {{kMainnet, Level{100}}, {kGhostnet, Level{200}}};
    EXPECT_EQ(code_of(plan_setup(wish(kAny, 150), facts)),
              make_error_code(Errc::level_not_above_signed));
}

TEST(SetupFloor, TestLevelIsMeasuredAgainstTheOtherChains) {
    auto facts = fresh_device();
    facts.signed_levels = {{kMainnet, Level{100}}, {kGhostnet, Level{200}}};
    auto asked = wish(kMainnet, 101);
    asked.marks.test_level = Level{200};
    EXPECT_EQ(code_of(plan_setup(asked, facts)),
              make_error_code(Errc::test_level_not_above_signed));
    asked.marks.test_level = Level{201};
    EXPECT_TRUE(plan_setup(asked, facts));
}

TEST(SetupFloor, TestMarkIsKept) {
    EXPECT_EQ(plan_setup(wish(kMainnet, 900), device(kMainnet, 800, 7))->new_marks.test.level,
              Level{7});
}

TEST(SetupFloor, KeptTestMarkIsRaisedAboveWhatWasSigned) {
    auto facts = device(kMainnet, 800, 7);
    facts.signed_levels = {{kGhostnet, Level{7}}};
    EXPECT_EQ(plan_setup(wish(kMainnet, 900), facts)->new_marks.test.level, Level{8});
}

TEST(SetupFloor, OldMainChainKeepsItsMarkUnderTheTestMark) {
    const auto plan = plan_setup(wish(kGhostnet, 8), device(kMainnet, 800, 7));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->new_marks.test.level, Level{801});
}

}  // namespace
}  // namespace ledger_bridge::admin
