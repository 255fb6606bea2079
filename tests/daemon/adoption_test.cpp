// What a device knows beyond us is kept before anything is signed with it, whoever made it so.
#include "daemon/floor/adoption.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "tests/daemon/adopting_host.hpp"

namespace ledger_bridge::daemon::test {
namespace {

TEST_F(AdoptionTest, TheMarkOfASetupIsFullyUsed) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(host_->state(), "ready");
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 100U);
    const auto before = desk_.apdus();
    for (const auto round : {0U, 1U, 0x7fffffffU}) {
        EXPECT_EQ(id(host_->sign(attestation(100, round))), "not_above_watermark");
        EXPECT_EQ(id(host_->sign(block(100, round))), "not_above_watermark");
    }
    EXPECT_EQ(id(host_->sign(attestation(99, 5))), "below_watermark");
    EXPECT_EQ(desk_.apdus(), before);
    EXPECT_EQ(id(host_->sign(block(101))), "signed");
    EXPECT_EQ(id(host_->sign(attestation(101))), "signed");
    host_->step();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 100U) << "our own signatures adopt nothing";
    EXPECT_TRUE(host_->alarms.empty());
}

TEST_F(AdoptionTest, ItIsDurableBeforeTheSessionServes) {
    desk_.authorise(100);
    host_ = std::make_unique<Host>(desk_, directory_.path());
    host_->store().full = true;
    for (int look = 0; look < 3; ++look) {
        host_->step();
        EXPECT_EQ(host_->state(), "identifying");
        const auto refused = host_->sign(attestation(101));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, make_error_code(Errc::store_not_ready));
        EXPECT_NE(refused.error().detail.find("disk is full"), std::string::npos);
    }
    EXPECT_EQ(desk_.device().signatures(), 0U);
    EXPECT_FALSE(host_->adopted(apdu::kMainnet));
    host_->store().full = false;
    host_->step();
    EXPECT_EQ(host_->state(), "ready");
    start();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 100U);
}

TEST_F(AdoptionTest, SignaturesOfAnotherHostAreTakenOver) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(attestation(101))), "signed");
    host_ = nullptr;
    {
        const floor::test::TemporaryDirectory elsewhere;
        Host other(desk_, elsewhere.path());
        other.step();
        ASSERT_EQ(id(other.sign(block(105, 2))), "signed");
    }
    start();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 105U);
    EXPECT_EQ(id(host_->sign(attestation(105, 2))), "not_above_watermark");
    EXPECT_EQ(id(host_->sign(attestation(105, 3))), "not_above_watermark");
    EXPECT_EQ(id(host_->sign(attestation(106))), "signed");
}

// The device signs, the daemon dies before the commit: nobody knows what it was.
TEST_F(AdoptionTest, ASignatureWithoutItsCommitUsesUpItsLevel) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->settle();
    host_->store().full = true;
    EXPECT_EQ(id(host_->sign(block(102))), "store_unavailable");
    start();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 102U);
    EXPECT_EQ(id(host_->sign(attestation(102))), "not_above_watermark");
    EXPECT_EQ(id(host_->sign(attestation(103))), "signed");
}

TEST_F(AdoptionTest, TheHostsOwnMarkAfterALostAnswerIsOurs) {
    desk_.authorise(100);
    start();
    desk_.fail_next_sign(Fault::lost_after);
    EXPECT_NE(id(host_->sign(block(101))), "signed");
    start();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 100U);
    EXPECT_EQ(id(host_->sign(attestation(101))), "signed");
}

TEST_F(AdoptionTest, ChainsKeepTheirLevelsWhenTheDeviceIsSetUpForAnother) {
    desk_.authorise(100);
    start();
    desk_.authorise(50, kGhostnet);  // both marks, lower than mainnet's
    start();
    ASSERT_EQ(host_->state(), "ready");
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 100U);
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 100U) << "it was under the test mark of 100";
    desk_.authorise(200, 0);
    start();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 200U);
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 200U);
    desk_.authorise(0, kMainnet);
    start();
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 200U) << "nobody confirmed anything to us";
}

TEST_F(AdoptionTest, ASpareAdoptsNothingAndForgetsNothing) {
    desk_.authorise(500);
    start();
    desk_.unplug();
    host_->step();
    desk_.device().power_cycle(emulator::AppId::baking);
    desk_.authorise(7);  // another device of that seed
    desk_.plug();
    host_->step();
    ASSERT_EQ(host_->state(), "ready");
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 500U);
    const auto refused = host_->sign(block(400));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("up to 500"), std::string::npos);
    EXPECT_TRUE(host_->alarms.empty()) << "it was away";
}

TEST_F(AdoptionTest, AMarkThatMovesWhileItIsOursIsAnAlarmAndIsTakenOver) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->step();
    EXPECT_TRUE(host_->alarms.empty());
    desk_.authorise(300);
    host_->step();
    ASSERT_EQ(host_->alarms.size(), 1U);
    EXPECT_EQ(host_->alarms.front(),
              "the marks moved by themselves, from main (101,0) test (100,0) to main (300,0) test "
              "(300,0)");
    EXPECT_EQ(host_->session().snapshot()->alarm, host_->alarms.front());
    EXPECT_EQ(host_->state(), "ready");
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 300U);
    EXPECT_EQ(id(host_->sign(block(301))), "signed");
    host_->step();
    EXPECT_EQ(host_->alarms.size(), 1U);
}

TEST_F(AdoptionTest, AMarkThatFallsWhileItIsOursIsAnAlarmToo) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(150))), "signed");
    desk_.authorise(20);
    host_->step();
    EXPECT_EQ(host_->alarms.size(), 1U);
    EXPECT_EQ(id(host_->sign(block(150, 0))), "signed") << "the stored signature of the same bytes";
    EXPECT_EQ(id(host_->sign(block(149))), "below_watermark");
    EXPECT_EQ(id(host_->sign(block(151))), "signed");
}

TEST_F(AdoptionTest, WhatWeChangeOurselvesIsNoAlarm) {
    desk_.authorise(100);
    start();
    desk_.authorise(300);  // as an operator's command would
    host_->session().identify_again();
    host_->step();
    EXPECT_TRUE(host_->alarms.empty());
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 300U);
}

TEST_F(AdoptionTest, AConfirmedSetupEndsAnAbsurdLevel) {
    desk_.authorise(0x3fffffff);
    start();
    EXPECT_EQ(id(host_->sign(block(0x3ffffffe))), "below_watermark");
    desk_.authorise(1000);
    host_->session().identify_again();
    host_->step();
    EXPECT_EQ(id(host_->sign(block(1001))), "below_watermark")
        << "nobody told us that it was meant";
    const auto facts = *host_->session().snapshot()->facts;
    ASSERT_TRUE(
        host_->floor().adopt_setup(*reading_of(facts, WallTime{}), host_->floor().adopted()).get());
    EXPECT_EQ(id(host_->sign(block(1000))), "not_above_watermark");
    EXPECT_EQ(id(host_->sign(block(1001))), "signed");
}

// We signed a block alone: of the vote nobody knows but the device.
TEST_F(AdoptionTest, AVoteOfAnotherHostCountsOnAfterItsReveal) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(ghostnet_block(101, 2))), "signed");
    ASSERT_TRUE(desk_.other_host_signs(ghostnet_vote(101, 2, 1)));
    host_->step();
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 100U) << "that vote cannot be seen";
    ASSERT_TRUE(desk_.other_host_signs(reveal()));
    host_->step();
    EXPECT_EQ(host_->alarms.size(), 1U);
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 101U);
    EXPECT_EQ(host_->adopted(apdu::kMainnet), 100U);
    for (const auto round : {1U, 2U, 3U}) {
        EXPECT_EQ(id(host_->sign(ghostnet_vote(101, round, 2))), "not_above_watermark");
    }
    EXPECT_EQ(id(host_->sign(ghostnet_vote(102, 0, 2))), "signed");
}

TEST_F(AdoptionTest, AVoteOfAnotherHostCountsOnWhenItsRevealWasBeforeTheStart) {
    desk_.authorise(10, 0);  // every chain is under the main mark
    start();
    ASSERT_EQ(id(host_->sign(ghostnet_block(11, 2))), "signed");
    const auto operation = reveal();
    host_->settle();
    host_ = nullptr;
    ASSERT_TRUE(desk_.other_host_signs(ghostnet_vote(11, 2, 1)));
    ASSERT_TRUE(desk_.other_host_signs(operation));
    start();
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 11U);
    EXPECT_EQ(id(host_->sign(ghostnet_vote(11, 2, 2))), "not_above_watermark");
}

TEST_F(AdoptionTest, ARoundThatFellWhileTheStoreFailedIsTakenOverWhenItIsBack) {
    desk_.authorise(100);
    start();
    desk_.fail_next_sign(Fault::lost_after);
    EXPECT_EQ(id(host_->sign(ghostnet_block(101, 2))), "device_watermark")
        << "its signature is lost";
    host_->settle();
    ASSERT_EQ(host_->adopted(apdu::kGhostnet), 100U);
    host_->store().full = true;
    ASSERT_TRUE(desk_.other_host_signs(ghostnet_vote(101, 2, 1)));
    ASSERT_TRUE(desk_.other_host_signs(reveal()));
    host_->step();
    host_->step();
    EXPECT_EQ(host_->state(), "identifying");
    host_->store().full = false;
    host_->step();
    EXPECT_EQ(host_->state(), "ready");
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 101U);
    EXPECT_EQ(id(host_->sign(ghostnet_vote(101, 2, 2))), "not_above_watermark");
}

TEST_F(AdoptionTest, ARevealUsesUpTheLevelThatItMakesTheDeviceForget) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(reveal())), "signed");
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 100U) << "there is no round to forget";
    host_->step();
    ASSERT_EQ(id(host_->sign(ghostnet_block(101, 2))), "signed");
    host_->settle();
    host_->store().full = true;
    const auto signatures = desk_.device().signatures();
    EXPECT_EQ(id(host_->sign(reveal())), "store_unavailable");
    EXPECT_EQ(desk_.device().signatures(), signatures) << "it could not be kept";
    host_->store().full = false;
    while (host_->floor().state() != "ok") {
        desk_.clock().advance(std::chrono::milliseconds{1});
        std::this_thread::yield();
    }
    desk_.fail_next_sign(Fault::lost_after);
    EXPECT_EQ(id(host_->sign(reveal())), "signed") << "the second time";
    EXPECT_EQ(host_->adopted(apdu::kGhostnet), 101U);
    EXPECT_EQ(id(host_->sign(ghostnet_vote(101, 1, 1))), "not_above_watermark");
    EXPECT_EQ(id(host_->sign(ghostnet_vote(102, 0, 1))), "signed");
}

TEST_F(AdoptionTest, TheRecordOfTheDeviceHoldsTheLastReadMarks) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    desk_.clock().advance(std::chrono::minutes{1});
    host_->step();
    host_ = nullptr;
    Host later(desk_, directory_.path());
    EXPECT_EQ(later.record().marks.main.level.value, 101U);
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
