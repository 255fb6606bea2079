// What the level guard goes by comes from the floor, over every chain of one mark.
#include <chrono>

#include <gtest/gtest.h>

#include "tests/daemon/adopting_host.hpp"

namespace ledger_bridge::daemon::test {
namespace {

class AdoptionGuardTest : public AdoptionTest {
protected:
    Result<apdu::Signature> sign_on(std::uint32_t chain, std::uint32_t level) {
        return host_->sign(Vote{.chain = chain, .level = level}.bytes());
    }

    // Level 101 was signed a year ahead of the time that is right.
    void sign_and_set_the_clock_back() {
        desk_.authorise(100);
        start();
        ASSERT_EQ(id(host_->sign(block(101))), "signed");
        host_->settle();
        desk_.clock().set_back(std::chrono::hours{24 * 365});
    }
};

TEST_F(AdoptionGuardTest, LetsTheFirstSignatureBeAnywhere) {
    desk_.authorise(0);
    start();
    EXPECT_EQ(id(host_->sign(block(10'000'000))), "signed");
    EXPECT_EQ(id(host_->sign(block(10'001'010))), "level_jump");
    host_->settle();
    desk_.clock().advance(std::chrono::hours{24 * 21});
    EXPECT_EQ(id(host_->sign(block(10'300'000))), "signed") << "three weeks later";
}

TEST_F(AdoptionGuardTest, LetsABakerComeBackWhenAClockThatWasAheadIsPutRight) {
    sign_and_set_the_clock_back();
    desk_.clock().advance(std::chrono::hours{24});
    start();
    EXPECT_EQ(id(host_->sign(block(0x3fffffff))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(14'501))), "signed") << "a day later";
    EXPECT_EQ(id(host_->sign(block(15'502))), "level_jump") << "the time is known again";
}

TEST_F(AdoptionGuardTest, GoesOnFromTheNextSignatureAfterAClockWasSetBack) {
    sign_and_set_the_clock_back();
    start();  // also where the time of the last signature comes from the disk
    EXPECT_EQ(id(host_->sign(block(102))), "signed");
    EXPECT_EQ(id(host_->sign(block(102 + 1000))), "signed") << "the slack is left";
    EXPECT_EQ(id(host_->sign(block(102 + 2000 + 1))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(1103))), "signed");
}

TEST_F(AdoptionGuardTest, GoesByNoClockThatIsSetBackWhileItRuns) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->settle();
    for (const auto by : {std::chrono::hours{24 * 365}, std::chrono::hours{2 * 24 * 365}}) {
        desk_.clock().set_back(by);
        EXPECT_EQ(id(host_->sign(block(1102))), "level_jump") << by.count();
    }
    desk_.clock().advance(std::chrono::seconds{60});
    EXPECT_EQ(id(host_->sign(block(1112))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(1111))), "signed") << "ten blocks later, all the same";
}

// A virtual machine that was saved knows only by the wall clock how long it was away.
TEST_F(AdoptionGuardTest, CountsATimeThatTheWallClockAloneHasSeen) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->settle();
    desk_.clock().set_back(-std::chrono::hours{3});
    EXPECT_EQ(id(host_->sign(block(101 + 1000 + 1800 + 1))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(101 + 1000 + 1800))), "signed");
}

TEST_F(AdoptionGuardTest, GoesByNoClockThatIsSetBackAfterALevelWasAdopted) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    desk_.authorise(5000);
    host_->session().identify_again();
    host_->step();
    ASSERT_TRUE(desk_.other_host_signs(ghostnet_block(5001, 0)));  // adopted beside it, later
    host_->session().identify_again();
    host_->step();
    ASSERT_EQ(host_->adopted(apdu::kGhostnet), 5001U);
    for (const auto by : {std::chrono::hours{24 * 365}, std::chrono::hours{2 * 24 * 365}}) {
        desk_.clock().set_back(by);
        EXPECT_EQ(id(host_->sign(block(6500))), "level_jump") << by.count();
    }
    EXPECT_EQ(id(host_->sign(block(5001))), "signed");
}

TEST_F(AdoptionGuardTest, DoesNotForgetThePauseWhenTheClockIsSetBackAfterTheStart) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->settle();
    desk_.clock().advance(std::chrono::hours{1});
    start();
    desk_.clock().set_back(std::chrono::hours{2});
    EXPECT_EQ(id(host_->sign(block(1800))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(1701))), "signed") << "an hour of blocks, and the slack";
}

// A power cut, and no clock of its own: it goes on from a moment before the last signature.
TEST_F(AdoptionGuardTest, LetsAMachineWithoutAClockComeBackFromAPauseOfWeeks) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->settle();
    desk_.clock().set_back(std::chrono::seconds{1});
    start();
    EXPECT_EQ(id(host_->sign(block(101 + 30 * 14'400 + 1050))), "level_jump") << "ten years, once";
    EXPECT_EQ(id(host_->sign(block(101 + 21 * 14'400))), "signed");
    EXPECT_EQ(id(host_->sign(block(101 + 21 * 14'400 + 1050))), "level_jump") << "known again";
}

TEST_F(AdoptionGuardTest, CountsAForeignChainOfTheTestMark) {
    desk_.authorise(10);  // for mainnet: every other chain is under the test mark
    start();
    ASSERT_EQ(id(sign_on(kGhostnet, 5000)), "signed");
    EXPECT_EQ(id(sign_on(kOtherTestnet, 6001)), "level_jump") << "nothing was signed on it yet";
    EXPECT_EQ(id(sign_on(kOtherTestnet, 5001)), "signed");
    EXPECT_EQ(id(sign_on(kGhostnet, 6002)), "level_jump");
    EXPECT_EQ(id(sign_on(kGhostnet, 6001)), "signed") << "the slack is counted from 5001";
}

TEST_F(AdoptionGuardTest, CountsAForeignChainOfAMarkForEveryChain) {
    desk_.authorise(10, 0);
    start();
    ASSERT_EQ(id(sign_on(kGhostnet, 5000)), "signed");
    EXPECT_EQ(id(sign_on(kOtherTestnet, 6001)), "level_jump");
    EXPECT_EQ(id(sign_on(kOtherTestnet, 5001)), "signed");
}

TEST_F(AdoptionGuardTest, CountsNoChainOfTheOtherMark) {
    desk_.authorise(10);
    start();
    ASSERT_EQ(id(sign_on(kGhostnet, 5000)), "signed");
    EXPECT_EQ(id(sign_on(kMainnet, 10'000'000)), "signed") << "its first";
    EXPECT_EQ(id(sign_on(kGhostnet, 6001)), "level_jump") << "mainnet is far above, and elsewhere";
}

TEST_F(AdoptionGuardTest, GoesOnFromAResetFarUpward) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    desk_.authorise(5'000'000);
    host_->session().identify_again();
    host_->step();
    EXPECT_EQ(id(host_->sign(block(5'001'500))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(5'000'001))), "signed");
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
