#include "daemon/floor/store_thread.hpp"

#include <array>
#include <csignal>
#include <latch>

#include <gtest/gtest.h>

#include "tests/floor/store_thread_fixture.hpp"

#include <pthread.h>

namespace ledger_bridge::floor {
namespace {

using std::chrono::hours;
using test::same_mark;
using test::sample_device;
using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_signature;
using test::StoreThreadTest;

constexpr std::uint8_t kThreads = 4;
constexpr std::uint32_t kLevels = 200;

TEST_F(StoreThreadTest, ShowsWhatTheStoreHeldAtTheStart) {
    const SignedMark mark{sample_position(5), sample_digest(5), sample_signature(5), {}};
    fake_->stored.emplace(sample_key(), mark);
    fake_->known_devices.emplace("a", sample_device(1));
    start();
    ASSERT_TRUE(store_->find(sample_key()));
    EXPECT_TRUE(same_mark(*store_->find(sample_key()), mark));
    EXPECT_EQ(store_->marks().size(), 1U);
    EXPECT_EQ(store_->devices().size(), 1U);
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, DoesNotStartOnAStoreThatCannotBeRead) {
    fake_->read_failure = Errc::store_damaged;
    const auto started = StoreThread::start(std::move(fake_), clock_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, make_error_code(Errc::store_damaged));
}

TEST_F(StoreThreadTest, ShowsAMarkOnlyWhenItIsDurable) {
    start();
    control_.hold();
    auto done = commit(7);
    control_.wait_for_calls(1);
    EXPECT_FALSE(store_->find(sample_key()));
    control_.release();
    EXPECT_TRUE(done.get());
    ASSERT_TRUE(store_->find(sample_key()));
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(7));
}

TEST_F(StoreThreadTest, DoesNotShowAMarkWhoseCommitFailed) {
    start({.probe_every = hours{1}});
    ASSERT_TRUE(commit(7).get());
    control_.fail_with(Errc::store_unavailable);
    const auto failed = commit(8).get();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, make_error_code(Errc::store_unavailable));
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(7));
}

TEST_F(StoreThreadTest, ShowsTheMarkThatAnotherWriterLeft) {
    auto* const fake = fake_.get();
    start();
    ASSERT_TRUE(commit(7).get());
    // The store's thread is idle, so its store may be changed behind its back.
    fake->stored.at(sample_key()).position = sample_position(9);
    control_.fail_with(Errc::commit_conflict);
    EXPECT_FALSE(commit(8).get());
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(9));
}

TEST_F(StoreThreadTest, KeepsASignatureThatIsOnItsWayWhenAnotherMessageIsRefused) {
    start({.probe_every = hours{1}});
    ASSERT_TRUE(commit(7).get());
    control_.fail_with(Errc::commit_conflict);  // so it does not get into the store either
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(3));
    EXPECT_FALSE(commit(7, 2).get());
    EXPECT_EQ(store_->find(sample_key())->signature, sample_signature(3));
}

// What a device says when it has signed for us up to `level`.
DeviceReading device_at(std::uint32_t level) {
    const apdu::Mark mark{{level}, {}};
    return {"some-device", sample_key().key, {mark, {}, sample_key().chain}, {}};
}

std::optional<std::uint32_t> adopted_level(const StoreThread& store) {
    const auto adopted = store.adopted(sample_key().key, sample_key().chain);
    return adopted ? std::optional(adopted->level.value) : std::nullopt;
}

TEST_F(StoreThreadTest, ShowsAnAdoptedLevelOnlyWhenItIsDurable) {
    start();
    control_.hold();
    auto done = store_->adopt(device_at(7));
    control_.wait_for_calls(1);
    EXPECT_FALSE(adopted_level(*store_));
    control_.release();
    EXPECT_TRUE(done.get());
    EXPECT_EQ(adopted_level(*store_), 7U);
}

// Of a device that another host used while we were not there.
TEST_F(StoreThreadTest, TheRecordOfADeviceIsWhatItSaidEarlier) {
    auto record = sample_device(7);
    record.name = device_at(7).device;
    record.marks = {{{7}, {2}}, {}, sample_key().chain};
    fake_->known_devices.emplace(record.name, record);
    start();
    ASSERT_TRUE(store_->commit(sample_key(), sample_position(7, 2), {}, {}).get());
    ASSERT_TRUE(store_->adopt(device_at(7)).get());
    EXPECT_EQ(adopted_level(*store_), 7U);
}

TEST_F(StoreThreadTest, BeforeAnOperationTheRoundThatIsForgottenIsKept) {
    start();
    auto reading = device_at(7);
    reading.marks = {{}, {{7}, {2}}, apdu::kGhostnet};
    ASSERT_TRUE(store_->adopt_before_operation(reading).get());
    EXPECT_EQ(adopted_level(*store_), 7U);
    store_->hand_over([](const Result<Interchange>& content) { EXPECT_TRUE(content); });
    const auto refused = store_->adopt_before_operation(reading).get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::handed_over));
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, CountsACommitUnderWayAsOurs) {
    start();
    control_.hold();
    auto committed = commit(7);
    control_.wait_for_calls(1);
    auto adopted = store_->adopt(device_at(7));
    control_.release();
    ASSERT_TRUE(committed.get() && adopted.get());
    EXPECT_FALSE(adopted_level(*store_)) << "that mark is our own";
}

TEST_F(StoreThreadTest, AdoptsTheLevelOfACommitThatFailed) {
    start();
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(7).get());
    EXPECT_FALSE(store_->adopt(device_at(7)).get()) << "not durable, so not done";
    EXPECT_FALSE(adopted_level(*store_));
    control_.fail_with(std::nullopt);
    EXPECT_TRUE(store_->adopt(device_at(7)).get());
    EXPECT_EQ(adopted_level(*store_), 7U);
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, WritesNothingForWhatItKnows) {
    start();
    ASSERT_TRUE(store_->adopt(device_at(7)).get());
    const auto before = control_.calls().size();
    ASSERT_TRUE(store_->adopt(device_at(7)).get());
    ASSERT_TRUE(store_->adopt(device_at(3)).get());
    EXPECT_EQ(control_.calls().size(), before);
    EXPECT_EQ(adopted_level(*store_), 7U);
    EXPECT_EQ(store_->adopted().size(), 2U) << "one for each mark";
}

TEST_F(StoreThreadTest, GivesUpWhatASetupReplaces) {
    start();
    ASSERT_TRUE(store_->adopt(device_at(0x3fffffff)).get());
    ASSERT_TRUE(commit(7).get());
    ASSERT_TRUE(store_->adopt_setup(device_at(7), store_->adopted()).get());
    EXPECT_EQ(adopted_level(*store_), 0x3fffffffU) << "not above what we signed";
    ASSERT_TRUE(store_->adopt_setup(device_at(8), store_->adopted()).get());
    EXPECT_EQ(adopted_level(*store_), 8U);
}

// Also when the other device's word is on its way to the store when the setup is confirmed.
TEST_F(StoreThreadTest, GivesUpNothingThatNobodyKnewOfAtTheSetup) {
    start();
    ASSERT_TRUE(store_->adopt(device_at(70)).get());
    const auto foreseen = store_->adopted();
    control_.hold();
    auto other = device_at(90);
    other.device = "other-device";
    auto adopted = store_->adopt(other);
    auto set_up = store_->adopt_setup(device_at(8), foreseen);
    control_.release();
    ASSERT_TRUE(adopted.get());
    const auto refused = set_up.get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::commit_conflict));
    EXPECT_EQ(refused.error().detail,
              "level 90 was taken as used from the main mark (90,0) of other-device");
    EXPECT_EQ(adopted_level(*store_), 90U);
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, ShowsASignatureAtOnceAndStoresItLater) {
    auto* const fake = fake_.get();
    start();
    ASSERT_TRUE(commit(7).get());
    control_.hold();
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(3));
    EXPECT_EQ(store_->find(sample_key())->signature, sample_signature(3));
    control_.release();
    settle();
    EXPECT_EQ(fake->stored.at(sample_key()).signature, sample_signature(3));
}

TEST_F(StoreThreadTest, ShowsNoSignatureOfAnotherDigest) {
    start();
    ASSERT_TRUE(commit(7).get());
    store_->record_signature(sample_key(), sample_digest(2), sample_signature(3));
    store_->record_signature(sample_key(Kind::block, 9), sample_digest(1), sample_signature(3));
    EXPECT_EQ(store_->find(sample_key())->signature, std::nullopt);
    EXPECT_EQ(store_->marks().size(), 1U);
}

TEST_F(StoreThreadTest, KeepsTheSignatureWhenTheSameMarkIsCommittedAgain) {
    start();
    ASSERT_TRUE(commit(7).get());
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(3));
    ASSERT_TRUE(commit(7).get());
    EXPECT_EQ(store_->find(sample_key())->signature, sample_signature(3));
    ASSERT_TRUE(commit(8).get());
    EXPECT_EQ(store_->find(sample_key())->signature, std::nullopt);
}

TEST_F(StoreThreadTest, ShowsADeviceWhenItIsDurable) {
    start();
    store_->remember_device(sample_device(4)).wait();
    ASSERT_EQ(store_->devices().size(), 1U);
    EXPECT_EQ(store_->devices()[0].marks, sample_device(4).marks);
    control_.fail_with(Errc::store_unavailable);
    store_->remember_device(sample_device(5)).wait();
    EXPECT_EQ(store_->devices()[0].marks, sample_device(4).marks);
}

TEST_F(StoreThreadTest, WritesInTheOrderOfAsking) {
    start();
    control_.hold();
    std::vector<std::future<Result<void>>> done;
    for (std::uint32_t level = 1; level <= 5; ++level) {
        done.push_back(commit(level));
    }
    control_.release();
    for (auto& one : done) {
        EXPECT_TRUE(one.get());
    }
    EXPECT_EQ(
        control_.calls(),
        (std::vector<std::string>{"commit 1", "commit 2", "commit 3", "commit 4", "commit 5"}));
}

TEST_F(StoreThreadTest, ARecordOfADeviceLetsCommitsPass) {
    start();
    control_.hold();
    auto first = commit(1);
    control_.wait_for_calls(1);
    auto record = store_->remember_device(sample_device(4));
    auto second = commit(2);
    control_.release();
    EXPECT_TRUE(record.get());
    EXPECT_EQ(
        control_.calls(),
        (std::vector<std::string>{"commit 1", "commit 2", "device " + sample_device(4).name}));
}

TEST_F(StoreThreadTest, FinishesWhatWasAskedForBeforeItEnds) {
    start();
    control_.hold();
    std::vector<std::future<Result<void>>> done;
    for (std::uint32_t level = 1; level <= 5; ++level) {
        done.push_back(commit(level));
    }
    control_.wait_for_calls(1);
    std::jthread ending([this] { store_.reset(); });
    control_.release();
    for (auto& one : done) {
        EXPECT_TRUE(one.get());
    }
    ending.join();
    EXPECT_EQ(control_.calls().size(), 5U);
}

TEST_F(StoreThreadTest, IsNamedAndGetsNoSignals) {
    std::array<char, 16> name{};
    bool all_blocked = true;
    control_.on_write = [&] {
        pthread_getname_np(pthread_self(), name.data(), name.size());
        sigset_t blocked;
        pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
        for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGCHLD, SIGPIPE, SIGALRM}) {
            all_blocked = all_blocked && sigismember(&blocked, signal) == 1;
        }
    };
    start();
    ASSERT_TRUE(commit(1).get());
    EXPECT_STREQ(name.data(), "store");
    EXPECT_TRUE(all_blocked);
    sigset_t mine;
    pthread_sigmask(SIG_SETMASK, nullptr, &mine);
    EXPECT_EQ(sigismember(&mine, SIGTERM), 0);
}

TEST_F(StoreThreadTest, BearsManyThreadsAtOnce) {
    start();
    std::latch begin(kThreads);
    std::vector<std::jthread> threads;
    for (std::uint8_t number = 0; number < kThreads; ++number) {
        threads.emplace_back([this, &begin, number] {
            const auto key = sample_key(Kind::block, number);
            begin.arrive_and_wait();
            for (std::uint32_t level = 1; level <= kLevels; ++level) {
                auto done = store_->commit(key, sample_position(level), sample_digest(level), {});
                EXPECT_TRUE(done.get());
                EXPECT_EQ(store_->find(key)->position, sample_position(level));
                store_->record_signature(key, sample_digest(level), sample_signature(level));
                EXPECT_EQ(store_->find(key)->signature, sample_signature(level));
                EXPECT_EQ(store_->state(), "ok");
            }
        });
    }
    threads.clear();
    EXPECT_EQ(store_->marks().size(), kThreads);
}

}  // namespace
}  // namespace ledger_bridge::floor
