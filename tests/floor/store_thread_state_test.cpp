// What the store's thread says of its own health, and how it gets well.

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "tests/floor/store_thread_fixture.hpp"

namespace ledger_bridge::floor {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::sample_digest;
using test::sample_key;
using test::sample_signature;
using test::StoreThreadTest;

TEST_F(StoreThreadTest, IsNotOkAfterAFailureUntilAProbeSucceeds) {
    start();
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(7).get());
    control_.wait_for_calls(4);  // the commit and some probes, which fail
    EXPECT_NE(store_->state().find("cannot be saved"), std::string::npos) << store_->state();
    control_.fail_with(std::nullopt);
    wait_until_ok();
    EXPECT_EQ(control_.calls().back(), "probe");
}

// The disk took it and then failed: nobody was told that it is there.
TEST_F(StoreThreadTest, ShowsAfterAProbeWhatIsInTheStore) {
    auto* const fake = fake_.get();
    start();
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(7).get());
    fake->stored.insert_or_assign(
        sample_key(), SignedMark{sample_position(7), sample_digest(1), {}, sample_time(7)});
    fake->facts.emplace(kHandedOverFact, "2026-01-01T00:00:00Z");
    control_.fail_with(std::nullopt);
    wait_until_ok();
    ASSERT_TRUE(store_->find(sample_key()));
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(7));
    EXPECT_TRUE(store_->handed_over());
}

// An older file that was put in its place while the disk was away.
TEST_F(StoreThreadTest, ShowsNoLowerMarkThanItKnew) {
    auto* const fake = fake_.get();
    start();
    ASSERT_TRUE(commit(9).get());
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(10).get());
    fake->stored.at(sample_key()).position = sample_position(7);
    control_.fail_with(std::nullopt);
    wait_until_ok();
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(9));
}

TEST_F(StoreThreadTest, WaitsBetweenProbes) {
    start({.probe_every = hours{1}});
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(7).get());
    EXPECT_FALSE(commit(8).get());
    EXPECT_EQ(control_.calls(), (std::vector<std::string>{"commit 7", "commit 8"}));
    clock_.advance(hours{1});
    // A conflict says nothing about the disk: it only wakes the thread, which finds a probe due.
    // It may have found that before, so the two come in either order.
    control_.fail_with(Errc::commit_conflict);
    EXPECT_FALSE(commit(9).get());
    control_.wait_for_calls(4);
    const auto calls = control_.calls();
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "commit 9"), 1);
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "probe"), 1);
}

TEST_F(StoreThreadTest, IsOkAgainAfterACommitThatSucceeds) {
    start({.probe_every = hours{1}});
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(7).get());
    control_.fail_with(std::nullopt);
    EXPECT_NE(store_->state(), "ok");
    EXPECT_TRUE(commit(7).get());
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, StaysOkAfterAConflict) {
    start();
    control_.fail_with(Errc::commit_conflict);
    const auto failed = commit(7).get();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, make_error_code(Errc::commit_conflict));
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, StopsAtDamageUntilARestart) {
    start();
    control_.fail_with(Errc::store_damaged);
    EXPECT_FALSE(commit(7).get());
    control_.fail_with(std::nullopt);
    const auto refused = commit(8).get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::store_damaged));
    EXPECT_EQ(control_.calls(), std::vector<std::string>{"commit 7"});
    EXPECT_NE(store_->state().find("cannot be trusted"), std::string::npos) << store_->state();
}

TEST_F(StoreThreadTest, IsNotOkWhileACommitTakesTooLong) {
    start({.slow_after = seconds{2}});
    control_.hold();
    auto done = commit(7);
    control_.wait_for_calls(1);
    clock_.advance(seconds{2});
    EXPECT_EQ(store_->state(), "ok");
    clock_.advance(seconds{1});
    EXPECT_NE(store_->state().find("3.0 s"), std::string::npos) << store_->state();
    control_.release();
    EXPECT_TRUE(done.get());
    EXPECT_EQ(store_->state(), "ok");
}

TEST_F(StoreThreadTest, CountsTheTimeThatACommitWaitsItsTurn) {
    start({.slow_after = seconds{2}});
    control_.hold();
    auto first = commit(7);
    control_.wait_for_calls(1);
    auto second = commit(8);
    clock_.advance(seconds{3});
    EXPECT_NE(store_->state(), "ok");
    control_.release();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
}

TEST_F(StoreThreadTest, IsNotOkAfterASignatureThatCouldNotBeStored) {
    start({.probe_every = hours{1}});
    ASSERT_TRUE(commit(7).get());
    control_.fail_with(Errc::store_unavailable);
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(3));
    control_.wait_for_calls(2);
    while (store_->state() == "ok") {
        std::this_thread::yield();
    }
    EXPECT_EQ(store_->find(sample_key())->signature, sample_signature(3));
}

TEST_F(StoreThreadTest, EndsWhileTheStoreIsFailing) {
    start();
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(commit(1).get());
    control_.wait_for_calls(3);
    store_.reset();
}

}  // namespace
}  // namespace ledger_bridge::floor
