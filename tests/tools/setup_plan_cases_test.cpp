#include <gtest/gtest.h>

#include "daemon/admin/setup_plan.hpp"
#include "tests/tools/plan_facts.hpp"

namespace ledger_bridge::admin {
namespace {

// -- --force-lower --------------------------------------------------------------------------

TEST(ForceLower, IsForTestNetworksAlone) {
    for (const auto chain : {kMainnet, kAny}) {
        auto asked = wish(chain, 5);
        asked.marks.force_lower = true;
        EXPECT_EQ(code_of(plan_setup(asked, fresh_device())),
                  make_error_code(Errc::force_lower_refused));
    }
}

TEST(ForceLower, NeedsALevel) {
    auto asked = wish(kGhostnet);
    asked.marks.force_lower = true;
    EXPECT_EQ(code_of(plan_setup(asked, fresh_device())),
              make_error_code(Errc::force_lower_refused));
}

TEST(ForceLower, LowersATestNetworkAndSaysThatOnlyTheDeviceIs) {
    auto facts = device(kGhostnet, 800, 0);
    facts.signed_levels = {{kGhostnet, Level{800}}};
    auto asked = wish(kGhostnet, 5);
    asked.marks.force_lower = true;
    const auto plan = plan_setup(asked, facts);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->new_marks.main.level, Level{5});
    ASSERT_FALSE(plan->notes.empty());
    EXPECT_NE(plan->notes[0].find("only the device"), std::string::npos);
}

TEST(ForceLower, DoesNotLowerTheTestMarkBelowWhatWasSigned) {
    auto facts = device(kGhostnet, 800, 900);
    facts.signed_levels = {{kMainnet, Level{850}}};
    auto asked = wish(kGhostnet, 5);
    asked.marks.force_lower = true;
    asked.marks.test_level = Level{850};
    EXPECT_EQ(code_of(plan_setup(asked, facts)),
              make_error_code(Errc::test_level_not_above_signed));
}

TEST(ForceLower, ResetOfATestNetworkLeavesTheTestMark) {
    auto asked = level_wish(5);
    asked.force_lower = true;
    const auto plan = plan_reset(asked, device(kGhostnet, 800, 800));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->instruction, Instruction::setup);
    EXPECT_EQ(plan->new_marks.test.level, Level{800});
}

// -- already set up -------------------------------------------------------------------------

TEST(AlreadySetUp, NothingToDoForTheSameKeyAndChain) {
    const auto plan = plan_setup(wish(kMainnet), device(kMainnet, 800, 7));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->instruction, Instruction::nothing);
    EXPECT_TRUE(plan->screens.empty());
}

TEST(AlreadySetUp, ChainLeftOutIsTheDevices) {
    EXPECT_EQ(plan_setup(wish(std::nullopt), device(kGhostnet, 800, 7))->instruction,
              Instruction::nothing);
}

TEST(AlreadySetUp, GivenLevelIsPartOfWhatIsAsked) {
    EXPECT_EQ(plan_setup(wish(kMainnet, 800), device(kMainnet, 800, 7))->instruction,
              Instruction::nothing);
    EXPECT_EQ(plan_setup(wish(kMainnet, 801), device(kMainnet, 800, 7))->instruction,
              Instruction::setup);
    auto asked = wish(kMainnet);
    asked.marks.test_level = Level{8};
    EXPECT_EQ(plan_setup(asked, device(kMainnet, 800, 7))->instruction, Instruction::setup);
}

TEST(AlreadySetUp, OtherKeyOrChainIsNot) {
    auto facts = device(kMainnet, 800, 7);
    facts.authorized = other_key();
    const auto plan = plan_setup(wish(kMainnet), facts);
    EXPECT_EQ(plan->instruction, Instruction::setup);
    EXPECT_NE(plan->notes.at(0).find("replaces the authorised key secp256k1"), std::string::npos);
    EXPECT_EQ(plan_setup(wish(kGhostnet), device(kMainnet, 800, 7))->instruction,
              Instruction::setup);
}

TEST(AlreadySetUp, ADeviceThatCanSignNothingIsNot) {
    EXPECT_EQ(code_of(plan_setup(wish(kMainnet), device(kMainnet, 0xffffffff, 7))),
              make_error_code(Errc::level_needed));
}

}  // namespace
}  // namespace ledger_bridge::admin
