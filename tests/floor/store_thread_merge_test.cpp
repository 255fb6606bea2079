// Marks from elsewhere while the daemon runs.
#include <optional>

#include <gtest/gtest.h>

#include "tests/floor/store_thread_fixture.hpp"

namespace ledger_bridge::floor {
namespace {

using test::sample_adopted;
using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_signature;
using test::sample_time;

class StoreThreadMerge : public test::StoreThreadTest {
protected:
    static Interchange mark_at(std::uint32_t level, std::uint32_t digest) {
        const SignedMark mark{sample_position(level), sample_digest(digest), {}, sample_time(0)};
        return {std::nullopt, {{sample_key(), mark}}, {sample_adopted(level)}};
    }

    Result<Merge> merge(const Interchange& incoming, bool dry_run = false) {
        std::optional<Result<Merge>> outcome;
        store_->merge(incoming, {dry_run}, [&](const Result<Merge>& merged) { outcome = merged; });
        settle();
        EXPECT_TRUE(outcome.has_value()) << "nobody was answered";
        return outcome.value_or(fail(Errc::store_unavailable));
    }
};

TEST_F(StoreThreadMerge, ShowsWhatWasMerged) {
    start();
    ASSERT_TRUE(merge(mark_at(7, 1)));
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(7));
    EXPECT_EQ(store_->adopted().size(), 1U);
}

TEST_F(StoreThreadMerge, ShowsWhatWasMergedAlsoWhenNothingCanBeReadAfterwards) {
    auto* const fake = fake_.get();
    start();
    fake->adopted_reads = 1;  // for the comparison
    ASSERT_TRUE(merge(mark_at(7, 1)));
    EXPECT_EQ(store_->find(sample_key())->position, sample_position(7));
    EXPECT_EQ(store_->adopted(), std::vector{sample_adopted(7)});
}

TEST_F(StoreThreadMerge, ShowsAHigherLevelInPlaceOfALowerOne) {
    start();
    ASSERT_TRUE(merge(mark_at(7, 1)));
    ASSERT_TRUE(merge(mark_at(9, 2)));
    EXPECT_EQ(store_->adopted(), std::vector{sample_adopted(9)});
}

TEST_F(StoreThreadMerge, ForgetsTheSignatureOfAMarkThatClashes) {
    start();
    ASSERT_TRUE(commit(7, 1).get());
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(1));
    ASSERT_EQ(merge(mark_at(7, 2))->without_digest.size(), 1U);
    EXPECT_FALSE(store_->find(sample_key())->signature);
    EXPECT_EQ(store_->find(sample_key())->digest, kUnknownDigest);
    // One that was on its way comes too late.
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(1));
    settle();
    EXPECT_FALSE(store_->find(sample_key())->signature);
}

TEST_F(StoreThreadMerge, KeepsTheSignatureOfAMarkThatStays) {
    start();
    ASSERT_TRUE(commit(7, 1).get());
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(1));
    EXPECT_EQ(merge(mark_at(6, 2))->unchanged, 1U);
    EXPECT_EQ(merge(mark_at(7, 1))->unchanged, 1U);
    EXPECT_EQ(store_->find(sample_key())->signature, sample_signature(1));
}

TEST_F(StoreThreadMerge, DryRunWritesAndShowsNothing) {
    start();
    EXPECT_EQ(merge(mark_at(7, 1), true)->added, 1U);
    EXPECT_FALSE(store_->find(sample_key()));
    EXPECT_EQ(control_.calls(), std::vector<std::string>{"commit 0"});
}

TEST_F(StoreThreadMerge, ShowsNothingThatWasNotWritten) {
    start({.probe_every = std::chrono::hours{1}});
    control_.fail_with(Errc::store_unavailable);
    const auto merged = merge(mark_at(7, 1));
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code, make_error_code(Errc::store_unavailable));
    EXPECT_FALSE(store_->find(sample_key()));
    EXPECT_NE(store_->state(), "ok");
}

TEST_F(StoreThreadMerge, AnswersWhenTheStoreIsDamaged) {
    start();
    control_.fail_with(Errc::store_damaged);
    ASSERT_FALSE(commit(7).get());
    control_.fail_with({});
    const auto merged = merge(mark_at(8, 1));
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code, make_error_code(Errc::store_damaged));
    std::optional<Errc> told;
    store_->contents([&told](const Result<Interchange>& found) {
        told = found ? Errc::bad_message : Errc::store_damaged;
    });
    settle();
    EXPECT_EQ(told, Errc::store_damaged);
}

TEST_F(StoreThreadMerge, IsAnsweredBeforeTheThreadEnds) {
    start();
    bool answered = false;
    store_->merge(mark_at(7, 1), {}, [&answered](const Result<Merge>&) { answered = true; });
    store_->stop();
    EXPECT_TRUE(answered);
}

TEST_F(StoreThreadMerge, ContentsAreWhatIsDurable) {
    start();
    ASSERT_TRUE(commit(7, 1).get());
    ASSERT_TRUE(merge(mark_at(9, 2)));
    std::optional<Interchange> found;
    store_->contents([&found](const Result<Interchange>& content) { found = *content; });
    settle();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->marks.at(0).mark.position, sample_position(9));
    EXPECT_EQ(found->adopted.size(), 1U);
}

}  // namespace
}  // namespace ledger_bridge::floor
