#include <gtest/gtest.h>

#include "daemon/admin/setup_plan.hpp"
#include "tests/tools/plan_facts.hpp"

namespace ledger_bridge::admin {
namespace {

TEST(Reset, NeedsAnAuthorisedKey) {
    EXPECT_EQ(code_of(plan_reset(level_wish(5), fresh_device())),
              make_error_code(Errc::no_authorized_key));
}

TEST(Reset, UsesResetWhereBothMarksAreEqual) {
    const auto plan = plan_reset(level_wish(900), device(kMainnet, 800, 800));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->instruction, Instruction::reset);
    EXPECT_EQ(plan->new_marks.main.level, Level{900});
    EXPECT_EQ(plan->new_marks.test.level, Level{900});
    EXPECT_EQ(plan->screens, reset_screens(Level{900}));
}

TEST(Reset, UsesSetupWithBothValuesWhereTheyDiffer) {
    const auto plan = plan_reset(level_wish(900), device(kMainnet, 800, 7));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->instruction, Instruction::setup);
    EXPECT_EQ(plan->new_marks.main.level, Level{900});
    EXPECT_EQ(plan->new_marks.test.level, Level{7});
    EXPECT_EQ(plan->key, key());
}

TEST(Reset, DefaultIsOneAboveFloorAndDevice) {
    auto facts = device(kMainnet, 800, 0);
    EXPECT_EQ(plan_reset({}, facts)->new_marks.main.level, Level{801});
    facts.signed_levels = {{kMainnet, Level{950}}};
    EXPECT_EQ(plan_reset({}, facts)->new_marks.main.level, Level{951});
}

TEST(Reset, LoweringIsSaid) {
    MarkWish asked;
    asked.head = head(700);
    const auto plan = plan_reset(asked, device(kMainnet, 800, 0));
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->notes.size(), 3U);
    EXPECT_EQ(plan->notes[1], "this lowers the device's main mark");
}

TEST(Reset, NeverBelowWhatWasSigned) {
    auto facts = device(kMainnet, 800, 0);
    facts.signed_levels = {{kMainnet, Level{800}}};
    EXPECT_EQ(code_of(plan_reset(level_wish(800), facts)),
              make_error_code(Errc::level_not_above_signed));
}

TEST(Reset, DoesNotLowerTheTestMarkBelowWhatWasSigned) {
    auto facts = device(kMainnet, 800, 800);
    facts.signed_levels = {{kGhostnet, Level{790}}};
    auto asked = level_wish(700);
    asked.head = head(690);
    const auto plan = plan_reset(asked, facts);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->instruction, Instruction::setup);
    EXPECT_EQ(plan->new_marks.test.level, Level{800});
}

TEST(Reset, NothingToDoAtTheLevelThatIsAsked) {
    EXPECT_EQ(plan_reset(level_wish(800), device(kMainnet, 800, 0))->instruction,
              Instruction::nothing);
}

TEST(Reset, NodeOfAnotherChainIsRefused) {
    MarkWish asked;
    asked.head = head(1000, kGhostnet);
    EXPECT_EQ(code_of(plan_reset(asked, device(kMainnet, 800, 0))),
              make_error_code(Errc::chain_not_the_nodes));
}

}  // namespace
}  // namespace ledger_bridge::admin
