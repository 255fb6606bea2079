// Two programs on one state file: what moves in, and what a device said, is compared with the file
// in the transaction that writes it, whatever the other one did a moment ago.
#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/adoption.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/merge.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/store_thread.hpp"
#include "tests/floor/interrupted_store.hpp"
#include "tests/floor/random_seed.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/store_writes.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor::test {
namespace {

Interchange marks_at(std::uint32_t level, std::uint32_t digest) {
    const SignedMark mark{sample_position(level), sample_digest(digest), {}, sample_time(level)};
    return {std::nullopt, {{sample_key(), mark}}, {}};
}

DeviceReading reading(std::uint32_t level) {
    const auto key = sample_key();
    return {"some-device", key.key, {{{level}, {}}, {}, key.chain}, sample_time(level)};
}

class StoreInterleaving : public ::testing::Test {
protected:
    void SetUp() override {
        other_ = open();
        auto interrupted = std::make_unique<InterruptedStore>(
            open(), [this] { std::exchange(interrupt_, [] {})(); });
        auto started = StoreThread::start(std::move(interrupted), clock_);
        ASSERT_TRUE(started);
        store_ = *std::move(started);
    }

    [[nodiscard]] std::unique_ptr<LocalStore> open() const {
        auto opened = open_sqlite_store(directory_.path());
        EXPECT_TRUE(opened) << opened.error().text();
        return *std::move(opened);
    }

    // The other program's, on its own handle.
    Result<void> put_elsewhere(std::uint32_t level,
                               std::uint32_t digest,
                               const MarkKey& key = sample_key()) {
        return other_->commit(
            key, sample_position(level), sample_digest(digest), sample_time(level));
    }
    Result<void> put(std::uint32_t level, std::uint32_t digest) {
        return store_
            ->commit(
                sample_key(), sample_position(level), sample_digest(digest), sample_time(level))
            .get();
    }
    Result<Merge> merge(const Interchange& incoming) {
        std::promise<Result<Merge>> outcome;
        store_->merge(incoming, {}, [&outcome](const auto& merged) { outcome.set_value(merged); });
        return outcome.get_future().get();
    }

    [[nodiscard]] std::uint32_t adopted_in_file() const {
        const auto& key = sample_key();
        const auto row = highest_adopted(*other_->adopted(), key.key, key.chain);
        return row ? row->level.value : 0;
    }

    void expect_memory_is_the_file() {
        const auto marks = *other_->marks();
        const auto shown = store_->marks();
        ASSERT_EQ(shown.size(), marks.size());
        for (std::size_t i = 0; i < marks.size(); ++i) {
            EXPECT_EQ(shown[i].key, marks[i].key);
            EXPECT_TRUE(same_message(shown[i].mark, marks[i].mark));
        }
        EXPECT_TRUE(in_order(store_->adopted()) == in_order(*other_->adopted()));
    }

    static std::vector<AdoptedLevel> in_order(std::vector<AdoptedLevel> rows) {
        std::sort(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
            return key_of(left) < key_of(right);
        });
        return rows;
    }

    static void expect_refused(const Result<void>& outcome, Errc code) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, make_error_code(code)) << outcome.error().text();
    }

    TemporaryDirectory directory_{memory_root()};
    SystemClock clock_;
    std::unique_ptr<LocalStore> other_;
    std::function<void()> interrupt_ = [] {};
    std::unique_ptr<StoreThread> store_;
};

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
        EXPECT_NE(refused.error().detail.find("stored is (100,0) of digest 01"), std::string::npos)
            << refused.error().detail;
    }
    EXPECT_FALSE(*other_->find(other_key));
    expect_refused(change_adopted(*other_, {}, {sample_adopted(49)}), Errc::commit_conflict);
    EXPECT_EQ(*other_->adopted(), std::vector{sample_adopted(50)});
    EXPECT_TRUE(change_adopted(*other_, {sample_adopted(50)}, {sample_adopted(49)}));
}

// The rule said another way: of all that was committed or imported the highest position stays, and
// of each adopted level the highest.
class StoreInterleavingProperty : public StoreInterleaving {
protected:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(dice_() % end); }

    void note_mark(std::uint32_t level) { highest_ = std::max(highest_, level); }

    void commit_elsewhere(std::uint32_t level, std::uint32_t digest) {
        if (put_elsewhere(level, digest)) {
            note_mark(level);
            note_signed(level, digest);
        }
    }
    void note_signed(std::uint32_t level, std::uint32_t digest) {
        const auto [known, first] = signed_.try_emplace(level, digest);
        EXPECT_EQ(known->second, digest) << "two messages of level " << level;
    }
    void adopt_elsewhere(std::uint32_t level) {
        if (level > 0 && adopt_reading(*other_, reading(level))) {
            note_reading(level);
        }
    }
    void note_reading(std::uint32_t level) { read_ = std::max(read_, level); }

    // Half of the time the other program does something at the last moment.
    void arm() {
        const auto level = below(kLevels);
        const auto digest = 1 + below(2);
        switch (below(4)) {
            case 0:
                interrupt_ = [=, this] { commit_elsewhere(level, digest); };
                break;
            case 1:
                interrupt_ = [=, this] { adopt_elsewhere(level); };
                break;
            default:
                interrupt_ = [] {};
        }
    }

    void step() {
        const auto level = below(kLevels);
        const auto digest = 1 + below(2);
        arm();
        switch (below(5)) {
            case 0:
                commit_elsewhere(level, digest);
                break;
            case 1:
                adopt_elsewhere(level);
                break;
            case 2:
                if (put(level, digest)) {
                    note_mark(level);
                    note_signed(level, digest);
                }
                break;
            case 3:
                ASSERT_TRUE(merge(marks_at(level, digest)));
                note_mark(level);
                expect_memory_is_the_file();
                break;
            default:
                if (level > 0) {
                    ASSERT_TRUE(store_->adopt(reading(level)).get());
                    note_reading(level);
                }
        }
        check();
    }

    // Nothing that was used can be used again: it is at or below the mark or the adopted level.
    void check() {
        const auto mark = *other_->find(sample_key());
        ASSERT_EQ(mark ? mark->position.level.value : 0, highest_);
        const auto now = adopted_in_file();
        ASSERT_GE(now, adopted_) << "it became lower";
        ASSERT_GE(std::max(now, highest_), read_) << "a device said more";
        adopted_ = now;
    }

    static constexpr std::uint32_t kLevels = 40;

    std::mt19937 dice_{static_cast<std::uint32_t>(random_seed())};
    std::uint32_t highest_ = 0;
    std::uint32_t read_ = 0;
    std::uint32_t adopted_ = 0;
    std::map<std::uint32_t, std::uint32_t> signed_;
};

TEST_F(StoreInterleavingProperty, NothingBecomesLower) {
    for (int run = 0; run < 100 && !HasFailure(); ++run) {
        highest_ = read_ = adopted_ = 0;
        signed_.clear();
        store_.reset();
        other_.reset();
        for (const auto& file : std::filesystem::directory_iterator(directory_.path())) {
            std::filesystem::remove(file);
        }
        SetUp();
        for (int steps = 0; steps < 15 && !HasFailure(); ++steps) {
            step();
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::floor::test
