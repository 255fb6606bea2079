// Two programs on one state file: what moves in, and what a device said, is compared with the file
// in the transaction that writes it, whatever the other one did a moment ago.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/floor/store_interleaving_fixture.hpp"
#include "tests/floor/store_writes.hpp"

namespace ledger_bridge::floor::test {
namespace {

// The other's signature of 105 is out; a second message there would be the double.
TEST_F(StoreInterleaving, AnImportLowersNothingThatWasCommittedMeanwhile) {
    interrupt_ = [this] { EXPECT_TRUE(put_elsewhere(105, 1)); };
    const auto merged = merge(marks_at(100, 2));
    ASSERT_TRUE(merged) << merged.error().text();
    EXPECT_EQ(merged->unchanged, 1U);
    EXPECT_TRUE(merged->marks.empty());
    EXPECT_EQ((*other_->find(sample_key()))->position, sample_position(105));
    EXPECT_EQ((*other_->find(sample_key()))->digest, sample_digest(1));
    expect_memory_is_the_file();
    expect_refused(put(105, 2), Errc::commit_conflict);
}

TEST_F(StoreInterleaving, AClashWithWhatWasCommittedMeanwhileIsNamed) {
    interrupt_ = [this] { EXPECT_TRUE(put_elsewhere(100, 1)); };
    const auto merged = merge(marks_at(100, 2));
    ASSERT_TRUE(merged) << merged.error().text();
    ASSERT_EQ(merged->without_digest.size(), 1U);
    EXPECT_EQ(merged->without_digest[0].key, sample_key());
    expect_memory_is_the_file();
    for (const auto digest : {1U, 2U, 3U}) {
        expect_refused(put(100, digest), Errc::commit_conflict);
    }
}

TEST_F(StoreInterleaving, AnImportLowersNoLevelThatWasAdoptedMeanwhile) {
    interrupt_ = [this] { EXPECT_TRUE(adopt_reading(*other_, reading(100))); };
    auto incoming = marks_at(1, 1);
    incoming.adopted = new_adoptions(reading(50), {}, {});
    ASSERT_TRUE(merge(incoming));
    EXPECT_EQ(adopted_in_file(), 100U);
    expect_memory_is_the_file();
}

TEST_F(StoreInterleaving, AnImportShowsTheOthersMarksOfOtherKeys) {
    const auto elsewhere = sample_key(Kind::attestation, 9);
    interrupt_ = [&] { EXPECT_TRUE(put_elsewhere(7, 1, elsewhere)); };
    ASSERT_TRUE(merge(marks_at(100, 2)));
    expect_memory_is_the_file();
}

TEST_F(StoreInterleaving, AReadingLowersNoLevelThatTheOtherAdopted) {
    ASSERT_TRUE(adopt_reading(*other_, reading(100)));
    ASSERT_TRUE(store_->adopted().empty()) << "it cannot know";
    ASSERT_TRUE(store_->adopt(reading(50)).get());
    EXPECT_EQ(adopted_in_file(), 100U);
    expect_memory_is_the_file();
    expect_refused(put(70, 1), Errc::commit_conflict);
}

TEST_F(StoreInterleaving, AReadingAtTheLastMomentLowersNothingEither) {
    interrupt_ = [this] { EXPECT_TRUE(adopt_reading(*other_, reading(100))); };
    ASSERT_TRUE(store_->adopt(reading(50)).get());
    EXPECT_EQ(adopted_in_file(), 100U);
    expect_memory_is_the_file();
}

// As adopt_reading() has it for a program without a thread.
TEST_F(StoreInterleaving, AReadingOfAToolLowersNothingEither) {
    InterruptedStore tool(open(), [this] { EXPECT_TRUE(adopt_reading(*other_, reading(100))); });
    ASSERT_TRUE(adopt_reading(tool, reading(50)));
    EXPECT_EQ(adopted_in_file(), 100U);
}

// What the person confirmed was said of other levels.
TEST_F(StoreInterleaving, ASetupEndsNothingThatTheOtherAdopted) {
    ASSERT_TRUE(adopt_reading(*other_, reading(100)));
    expect_refused(store_->adopt_setup(reading(60), {}).get(), Errc::commit_conflict);
    EXPECT_EQ(adopted_in_file(), 100U);
    InterruptedStore tool(open(), [this] { EXPECT_TRUE(adopt_reading(*other_, reading(200))); });
    expect_refused(adopt_setup(tool, reading(60), *other_->adopted()), Errc::commit_conflict);
    EXPECT_EQ(adopted_in_file(), 200U);
}

TEST_F(StoreInterleaving, ASetupCountsWhatTheOtherSigned) {
    ASSERT_TRUE(store_->adopt(reading(100)).get());
    ASSERT_TRUE(put_elsewhere(120, 1));
    ASSERT_TRUE(store_->adopt_setup(reading(110), store_->adopted()).get());
    EXPECT_EQ(adopted_in_file(), 100U) << "110 is below what was signed";
    expect_memory_is_the_file();
}

// A clock is finer than what the file keeps, and what is foreseen is what was shown.
TEST_F(StoreInterleaving, ASetupKnowsWhatWasShownHoweverFineTheClock) {
    auto finer = reading(100);
    finer.time += std::chrono::nanoseconds{1};
    ASSERT_TRUE(store_->adopt(finer).get());
    expect_memory_is_the_file();
    EXPECT_TRUE(store_->adopt_setup(reading(60), store_->adopted()).get());
    EXPECT_EQ(adopted_in_file(), 60U);
}

TEST_F(StoreInterleaving, AnOperationSeesThatTheOtherHandedOver) {
    ASSERT_TRUE(hand_over(*other_, sample_time(1)));
    expect_refused(store_->adopt_before_operation(reading(100)).get(), Errc::handed_over);
    EXPECT_TRUE(store_->handed_over());
}

TEST_F(StoreInterleaving, AnImportSeesThatTheOtherHandedOver) {
    interrupt_ = [this] { EXPECT_TRUE(hand_over(*other_, sample_time(1))); };
    const auto refused = merge({});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::nothing_since_handover));
    EXPECT_TRUE(store_->handed_over());
    EXPECT_EQ(store_->state(), "ok");
    expect_refused(put(7, 1), Errc::handed_over);
}

// The signature may be in the copy only, on its way to the store.
TEST_F(StoreInterleaving, AnImportKeepsSignaturesThatAreShown) {
    ASSERT_TRUE(put(7, 1));
    store_->record_signature(sample_key(), sample_digest(1), sample_signature(1));
    ASSERT_TRUE(merge(marks_at(6, 2)));
    EXPECT_EQ(store_->find(sample_key())->signature, sample_signature(1));
}

// However it was worked out: the store itself lets nothing become lower.
TEST_F(StoreInterleaving, AChangeThatLowersIsAConflictAndChangesNothing) {
    ASSERT_TRUE(put(100, 1));
    ASSERT_TRUE(change_adopted(*other_, {}, {sample_adopted(50)}));
    const auto other_key = sample_key(Kind::attestation, 9);
    for (const auto& [level, digest] : {std::pair{99U, 1U}, {100U, 2U}}) {
        auto wanted = marks_at(level, digest).marks;
        wanted.insert(wanted.begin(), {other_key, wanted[0].mark});
        const auto refused = write_marks(*other_, wanted);
        expect_refused(refused, Errc::commit_conflict);
        for (const auto& part : {std::string("(100,0)"), to_hex(sample_digest(1))}) {
            EXPECT_NE(refused.error().detail.find(part), std::string::npos)
                << refused.error().detail;
        }
    }
    EXPECT_FALSE(*other_->find(other_key));
    expect_refused(change_adopted(*other_, {}, {sample_adopted(49)}), Errc::commit_conflict);
    EXPECT_EQ(*other_->adopted(), std::vector{sample_adopted(50)});
    EXPECT_TRUE(change_adopted(*other_, {sample_adopted(50)}, {sample_adopted(49)}));
}

}  // namespace
}  // namespace ledger_bridge::floor::test
