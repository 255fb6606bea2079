// Verdicts and handing over while the daemon runs.
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/floor/store_thread_fixture.hpp"

namespace ledger_bridge::floor {
namespace {

using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_time;

class StoreThreadAudit : public test::StoreThreadTest {
protected:
    static AuditRow refusal(std::uint32_t level = 5) {
        return {sample_time(level),
                sample_key(),
                sample_position(level),
                sample_digest(1),
                std::string(kRefuseVerdict),
                "below_watermark",
                "tcp://x"};
    }

    Result<Interchange> hand_over() {
        std::optional<Result<Interchange>> given;
        store_->hand_over([&given](const Result<Interchange>& content) { given = content; });
        settle();
        EXPECT_TRUE(given.has_value());
        return given.value_or(fail(Errc::store_unavailable));
    }
};

TEST_F(StoreThreadAudit, WritesWhatIsNotedWhenNothingWaits) {
    start();
    store_->note(refusal());
    control_.wait_for_calls(1);
    EXPECT_EQ(control_.calls(), std::vector<std::string>{"audit 1"});
}

TEST_F(StoreThreadAudit, ACommitGoesBeforeWhatIsNotedAndAllOfThatIsOneWrite) {
    start();
    control_.hold();
    auto first = commit(1);
    control_.wait_for_calls(1);
    for (std::uint32_t i = 0; i < 5; ++i) {
        store_->note(refusal(i));
    }
    auto second = commit(2);
    control_.release();
    ASSERT_TRUE(first.get());
    ASSERT_TRUE(second.get());
    control_.wait_for_calls(3);
    EXPECT_EQ(control_.calls(), (std::vector<std::string>{"commit 1", "commit 2", "audit 5"}));
}

TEST_F(StoreThreadAudit, WhoeverAsksALotFillsNothing) {
    start();
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        store_->note(refusal(i));
    }
    store_->stop();
    std::size_t rows = 0;
    for (const auto& call : control_.calls()) {
        rows += std::stoul(call.substr(call.find(' ') + 1));
    }
    EXPECT_EQ(rows, 60U);
}

TEST_F(StoreThreadAudit, SaysHowManyWereLeftOut) {
    auto* const fake = fake_.get();
    start();
    for (std::uint32_t i = 0; i < 63; ++i) {
        store_->note(refusal(i));
    }
    clock_.advance(std::chrono::seconds{6});
    store_->note(refusal(99));
    store_->stop();
    EXPECT_EQ(fake->audit.size(), 61U);
    EXPECT_EQ(fake->audit.back().reason, "below_watermark (after 3 others)");
}

TEST_F(StoreThreadAudit, NothingIsSignedOnceHandedOver) {
    auto* const fake = fake_.get();
    start();
    ASSERT_TRUE(commit(7).get());
    EXPECT_FALSE(store_->handed_over());
    const auto content = hand_over();
    ASSERT_TRUE(content);
    EXPECT_EQ(content->marks.at(0).mark.position, sample_position(7));
    EXPECT_TRUE(fake->facts.contains(kHandedOverFact));
    EXPECT_TRUE(store_->handed_over());
    const auto refused = commit(8).get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::handed_over));
    EXPECT_EQ(store_->state(), "ok");
}

// What was let through before is in what is handed over, also when it was still on its way.
TEST_F(StoreThreadAudit, WhatWasAskedForBeforeIsHandedOver) {
    start();
    control_.hold();
    auto before = commit(7);
    std::optional<Interchange> content;
    store_->hand_over([&content](const Result<Interchange>& given) { content = *given; });
    auto after = commit(8);
    control_.release();
    EXPECT_TRUE(before.get());
    EXPECT_FALSE(after.get());
    ASSERT_TRUE(content);
    EXPECT_EQ(content->marks.at(0).mark.position, sample_position(7));
}

TEST_F(StoreThreadAudit, NothingIsGivenOutThatIsNotDurable) {
    start({.probe_every = std::chrono::hours{1}});
    ASSERT_TRUE(commit(7).get());
    control_.fail_with(Errc::store_unavailable);
    EXPECT_FALSE(hand_over());
    EXPECT_FALSE(store_->handed_over());
}

TEST_F(StoreThreadAudit, StaysHandedOverAfterARestartUntilAMerge) {
    fake_->facts.emplace(kHandedOverFact, "2026-01-01T00:00:00Z");
    auto* const fake = fake_.get();
    start();
    EXPECT_TRUE(store_->handed_over());
    EXPECT_FALSE(commit(8).get());
    const SignedMark mark{sample_position(7), sample_digest(1), {}, sample_time(7)};
    const Interchange elsewhere{std::nullopt, {{sample_key(), mark}}, {}};
    for (const auto& [file, wish] : std::vector<std::pair<Interchange, MergeWish>>{
             {elsewhere, {.dry_run = true}},
             {{}, {}},
             {{}, {.dry_run = true, .take_back = true}}}) {
        store_->merge(file, wish, [](const Result<Merge>& /*merged*/) {});
        settle();
        EXPECT_TRUE(store_->handed_over());
        EXPECT_EQ(store_->state(), "ok");
    }
    store_->merge(elsewhere, {}, [](const Result<Merge>& /*merged*/) {});
    settle();
    EXPECT_FALSE(store_->handed_over());
    EXPECT_FALSE(fake->facts.contains(kHandedOverFact));
    EXPECT_TRUE(commit(8).get());
}

}  // namespace
}  // namespace ledger_bridge::floor
