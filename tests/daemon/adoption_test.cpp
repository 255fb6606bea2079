// What a device knows beyond us is kept before anything is signed with it, whoever made it so.
#include "daemon/floor/adoption.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/mark_keeper.hpp"
#include "daemon/signer.hpp"
#include "tests/daemon/desk.hpp"
#include "tests/floor/messages.hpp"

namespace ledger_bridge::daemon::test {
namespace {

using floor::test::Block;
using floor::test::Vote;

constexpr std::uint32_t kMainnet = 0x7a06a770;
constexpr std::uint32_t kGhostnet = 0xaf1864d9;

// One daemon on a directory that outlives it.
class Host {
public:
    Host(Desk& desk, const std::filesystem::path& directory)
        : desk_(desk), floor_(open(directory)) {
        SignerOptions options;
        options.policy.chains.insert(apdu::kGhostnet);
        signer_ = std::make_unique<Signer>(
            options, session_, *floor_, desk.clock(), [](const SignatureReport&) {});
    }

    void step() {
        desk_.clock().advance_to(session_.next_step());
        session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }
    std::string state() const { return std::string(state_name(session_.snapshot()->state)); }

    Result<apdu::Signature> sign(const Bytes& message) {
        const auto now = desk_.clock().now();
        SignJob job({.key = key(),
                     .message = message,
                     .received = now,
                     .deadline = Deadline(desk_.clock(), now + std::chrono::seconds{4})},
                    [](const Result<apdu::Signature>&) {});
        return signer_->sign(job, [this](TimePoint until) { desk_.clock().advance_to(until); });
    }

    std::optional<std::uint32_t> adopted(const apdu::ChainId& chain) const {
        const auto row = floor_->adopted(key(), chain);
        return row ? std::optional(row->level.value) : std::nullopt;
    }
    // Everything asked of the store before has been written when this returns.
    void settle() { floor_->remember_device(record()).wait(); }
    // Readings do not wait for it.
    floor::DeviceRecord record() const {
        while (floor_->devices().empty()) {
            std::this_thread::yield();
        }
        return floor_->devices().front();
    }
    floor::StoreThread& floor() { return *floor_; }
    DeviceSession& session() { return session_; }
    FailingStore& store() { return *store_; }
    std::vector<std::string> alarms;

    static apdu::KeyHash key() {
        return *apdu::parse_key_hash("tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    }

private:
    std::unique_ptr<floor::StoreThread> open(const std::filesystem::path& directory) {
        auto failing =
            std::make_unique<FailingStore>(std::move(*floor::open_sqlite_store(directory)));
        store_ = failing.get();
        return std::move(*floor::StoreThread::start(
            std::move(failing), desk_.clock(), {.probe_every = std::chrono::milliseconds{1}}));
    }

    Desk& desk_;
    FailingStore* store_ = nullptr;
    std::unique_ptr<floor::StoreThread> floor_;
    DeviceSession session_{{.device = "desk"},
                           desk_.opener(),
                           {.admit = mark_keeper(*floor_, desk_.clock()),
                            .alarm = [this](const std::string& what) { alarms.push_back(what); }},
                           desk_.clock()};
    std::unique_ptr<Signer> signer_;
};

class AdoptionTest : public testing::Test {
protected:
    void start() {
        host_ = nullptr;
        host_ = std::make_unique<Host>(desk_, directory_.path());
        host_->step();
    }

    static Bytes attestation(std::uint32_t level, std::uint32_t round = 0, std::uint8_t dal = 0) {
        return Vote{.operation = 0x17, .level = level, .round = round, .dal = {dal}}.bytes();
    }
    static Bytes block(std::uint32_t level, std::uint32_t round = 0) {
        return Block{.level = level, .fitness_level = level, .round = round}.bytes();
    }
    static std::string id(const Result<apdu::Signature>& result) {
        return result ? "signed" : result.error().id();
    }

    floor::test::TemporaryDirectory directory_;
    Desk desk_;
    std::unique_ptr<Host> host_;
};

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
    ASSERT_TRUE(host_->floor().adopt_setup(*reading_of(facts, WallTime{})).get());
    EXPECT_EQ(id(host_->sign(block(1000))), "not_above_watermark");
    EXPECT_EQ(id(host_->sign(block(1001))), "signed");
}

// Item by item: what the level guard goes by comes from the floor, over every chain of one mark.
TEST_F(AdoptionTest, TheGuardLetsTheFirstSignatureBeAnywhere) {
    desk_.authorise(0);
    start();
    EXPECT_EQ(id(host_->sign(block(10'000'000))), "signed");
    EXPECT_EQ(id(host_->sign(block(10'001'010))), "level_jump");
    host_->settle();
    desk_.clock().advance(std::chrono::hours{24 * 21});
    EXPECT_EQ(id(host_->sign(block(10'300'000))), "signed") << "three weeks later";
}

TEST_F(AdoptionTest, TheGuardTakesAClockThatWasSetBackAsNoTimePassed) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    host_->settle();
    desk_.clock().set_back(std::chrono::hours{24 * 365});
    start();  // also where the time of the last signature comes from the disk
    EXPECT_EQ(id(host_->sign(block(102))), "signed");
    EXPECT_EQ(id(host_->sign(block(102 + 1000))), "signed") << "the slack is left";
    EXPECT_EQ(id(host_->sign(block(102 + 2000 + 1))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(1103))), "signed");
}

TEST_F(AdoptionTest, TheGuardCountsAForeignChainOfTheSameMark) {
    desk_.authorise(10, 0);  // every chain is under the main mark
    start();
    ASSERT_EQ(id(host_->sign(Vote{.chain = kGhostnet, .level = 5000}.bytes())), "signed");
    const auto other = host_->sign(Vote{.chain = kMainnet, .level = 6001}.bytes());
    EXPECT_EQ(id(other), "chain_refused") << "not configured";
    EXPECT_EQ(id(host_->sign(Vote{.chain = kGhostnet, .level = 6001}.bytes())), "level_jump");
}

TEST_F(AdoptionTest, TheGuardGoesOnFromAResetFarUpward) {
    desk_.authorise(100);
    start();
    ASSERT_EQ(id(host_->sign(block(101))), "signed");
    desk_.authorise(5'000'000);
    host_->session().identify_again();
    host_->step();
    EXPECT_EQ(id(host_->sign(block(5'001'500))), "level_jump");
    EXPECT_EQ(id(host_->sign(block(5'000'001))), "signed");
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
