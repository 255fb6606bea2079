// Two programs on one state file, although its lock should keep the second out, and threads that
// ask for what was forbidden meanwhile: the commit is the check.
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/merge.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/store_thread.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/store_writes.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

using test::sample_adopted;
using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_time;

class StoreSharing : public ::testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<LocalStore> open() const {
        auto opened = open_sqlite_store(directory_.path());
        EXPECT_TRUE(opened) << opened.error().text();
        return *std::move(opened);
    }
    [[nodiscard]] std::unique_ptr<StoreThread> start() const {
        auto started = StoreThread::start(open(), clock_);
        EXPECT_TRUE(started);
        return *std::move(started);
    }

    static Result<void> put(WatermarkStore& store, std::uint32_t level, std::uint32_t digest = 1) {
        return store.commit(
            sample_key(), sample_position(level), sample_digest(digest), sample_time(level));
    }
    static std::future<Result<void>> put(StoreThread& store, std::uint32_t level) {
        return store.commit(
            sample_key(), sample_position(level), sample_digest(1), sample_time(level));
    }
    static DeviceReading reading(std::uint32_t level) {
        const auto key = sample_key();
        return {"some-device", key.key, {{{level}, {}}, {}, key.chain}, sample_time(1)};
    }

    static Interchange mark_of(std::optional<std::string> floor, std::uint32_t level) {
        const SignedMark mark{sample_position(level), sample_digest(1), {}, sample_time(level)};
        return {std::move(floor), {{sample_key(), mark}}, {}};
    }
    static Result<void> outcome_of(const Result<Merge>& merged) {
        return merged ? Result<void>() : merged.error();
    }

    static void expect_refused(const Result<void>& outcome, Errc code) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, make_error_code(code)) << outcome.error().text();
    }

    static inline const std::string kHere = std::string(32, 'a');
    static inline const std::string kElsewhere = std::string(32, 'b');

    test::TemporaryDirectory directory_{test::memory_root()};
    SystemClock clock_;
};

TEST_F(StoreSharing, ACommitIsAboveTheAdoptedLevels) {
    const auto store = open();
    ASSERT_TRUE(put(*store, 30));
    ASSERT_TRUE(test::change_adopted(*store, {}, {sample_adopted(50)}));
    for (const auto level : {31U, 40U, 50U}) {
        expect_refused(put(*store, level), Errc::commit_conflict);
    }
    EXPECT_EQ((*store->find(sample_key()))->position, sample_position(30));
    EXPECT_TRUE(put(*store, 30)) << "its signature may have been lost";
    EXPECT_TRUE(put(*store, 51));
}

TEST_F(StoreSharing, AdoptedLevelsBindTheirKeyAndChainAlone) {
    const auto store = open();
    ASSERT_TRUE(test::change_adopted(*store, {}, {sample_adopted(50)}));
    auto elsewhere = sample_key();
    elsewhere.chain = apdu::kGhostnet;
    for (const auto& key : {elsewhere, sample_key(Kind::block, 9)}) {
        EXPECT_TRUE(store->commit(key, sample_position(40), sample_digest(1), sample_time(1)));
    }
}

TEST_F(StoreSharing, ARefusalNamesTheLevelAndWhoSaidSo) {
    const auto store = open();
    ASSERT_TRUE(put(*store, 30));
    ASSERT_TRUE(test::change_adopted(*store, {}, {sample_adopted(50)}));
    const auto refused = [&store](std::uint32_t level) {
        return put(*store, level).error().detail;
    };
    const auto rest =
        "; refused by the host's adopted level; host's mark (30,0), levels up to 50 "
        "taken as used from " +
        sample_adopted(50).origin;
    EXPECT_EQ(refused(40), "block level 40 below high watermark 50" + rest);
    EXPECT_EQ(refused(50),
              "block level 50 and round 0 not above high watermark (50,2147483647)" + rest);
}

// Asked for while the adoption waits: nobody could know.
TEST_F(StoreSharing, AnAdoptionBindsTheCommitsBehindIt) {
    const auto store = start();
    auto adopted = store->adopt(reading(50));
    auto committed = put(*store, 40);
    ASSERT_TRUE(adopted.get());
    expect_refused(committed.get(), Errc::commit_conflict);
    EXPECT_EQ(store->state(), "ok");
}

TEST_F(StoreSharing, AHandoverThroughOneStoreStopsTheOther) {
    const auto first = open();
    const auto second = open();
    ASSERT_TRUE(put(*second, 7));
    ASSERT_TRUE(hand_over(*first, sample_time(1)));
    expect_refused(put(*second, 8), Errc::handed_over);
    expect_refused(put(*second, 7), Errc::handed_over);
    EXPECT_EQ((*first->find(sample_key()))->position, sample_position(7));
    ASSERT_TRUE(merge_into(*first, mark_of(kElsewhere, 8), {}));
    EXPECT_TRUE(put(*second, 9));
}

// What went out says nothing of what was signed since, also where the floor was given a new name.
TEST_F(StoreSharing, NothingThatWentOutEndsAHandover) {
    const auto store = open();
    ASSERT_TRUE(store->set_fact(kFloorFact, kHere));
    ASSERT_TRUE(put(*store, 7));
    ASSERT_TRUE(hand_over(*store, sample_time(1)));
    auto out = contents_of(*store);
    ASSERT_TRUE(out);
    ASSERT_EQ(out->floor, kHere);
    auto levels_alone = Interchange{kElsewhere, {}, {sample_adopted(99)}};
    for (const auto& file : {*out,
                             mark_of(kHere, 99),
                             Interchange{},
                             levels_alone,
                             mark_of(kElsewhere, 7),
                             mark_of(std::nullopt, 6)}) {
        for (const bool dry_run : {true, false}) {
            expect_refused(outcome_of(merge_into(*store, file, {.dry_run = dry_run})),
                           Errc::nothing_since_handover);
        }
        EXPECT_EQ((*store->find(sample_key()))->position, sample_position(7));
        EXPECT_TRUE(store->adopted()->empty());
        expect_refused(put(*store, 8), Errc::handed_over);
    }
    ASSERT_TRUE(merge_into(*store, *out, {.dry_run = true, .take_back = true}));
    expect_refused(put(*store, 8), Errc::handed_over);
    ASSERT_TRUE(merge_into(*store, *out, {.take_back = true}));
    EXPECT_TRUE(put(*store, 8));
}

TEST_F(StoreSharing, AnothersMarksEndAHandover) {
    const auto store = open();
    ASSERT_TRUE(store->set_fact(kFloorFact, kHere));
    std::uint32_t level = 6;
    for (const auto& floor : {std::optional(kElsewhere), std::optional<std::string>()}) {
        ASSERT_TRUE(hand_over(*store, sample_time(1)));
        ASSERT_TRUE(merge_into(*store, mark_of(floor, ++level), {}));
        EXPECT_FALSE(*store->fact(kHandedOverFact));
    }
}

TEST_F(StoreSharing, WithoutAHandoverEveryFileIsTaken) {
    const auto store = open();
    ASSERT_TRUE(store->set_fact(kFloorFact, kHere));
    EXPECT_TRUE(merge_into(*store, {}, {}));
    EXPECT_TRUE(merge_into(*store, mark_of(kHere, 7), {}));
    EXPECT_EQ((*store->find(sample_key()))->position, sample_position(7));
}

TEST_F(StoreSharing, ShowsThatAnotherProgramHandedOver) {
    const auto store = start();
    ASSERT_TRUE(hand_over(*open(), sample_time(1)));
    expect_refused(put(*store, 8).get(), Errc::handed_over);
    EXPECT_TRUE(store->handed_over());
    EXPECT_EQ(store->state(), "ok");
}

TEST_F(StoreSharing, ShowsWhatAnotherProgramAdopted) {
    const auto store = start();
    ASSERT_TRUE(test::change_adopted(*open(), {}, {sample_adopted(50)}));
    expect_refused(put(*store, 40).get(), Errc::commit_conflict);
    EXPECT_EQ(store->adopted(), std::vector{sample_adopted(50)});
}

// As when a disk is taken off and mounted again.
TEST_F(StoreSharing, SignsAgainWhenTheDirectoryIsBack) {
    const auto state = directory_.path() / "state";
    const auto away = directory_.path() / "away";
    std::filesystem::create_directory(state);
    auto opened = open_sqlite_store(state);
    ASSERT_TRUE(opened) << opened.error().text();
    const auto started = StoreThread::start(*std::move(opened), clock_, {.probe_every = {}});
    ASSERT_TRUE(started);
    auto& store = **started;
    ASSERT_TRUE(put(store, 7).get());
    std::filesystem::rename(state, away);
    expect_refused(put(store, 8).get(), Errc::store_unavailable);
    EXPECT_NE(store.state(), "ok");
    std::filesystem::rename(away, state);
    EXPECT_TRUE(put(store, 9).get());
    EXPECT_EQ(store.state(), "ok");
}

}  // namespace
}  // namespace ledger_bridge::floor
