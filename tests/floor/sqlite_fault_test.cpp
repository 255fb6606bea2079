// Every call that SQLite makes to the disk fails in turn, and every one may be the last before a
// power cut: nothing is acknowledged that is not there afterwards.

#include <map>
#include <memory>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "tests/floor/fault_vfs.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/store_writes.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

using test::FaultVfs;
using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_signature;
using test::sample_time;
using test::TemporaryDirectory;

// What was acknowledged, and so must be there whatever happens.
struct Acknowledged {
    std::map<MarkKey, std::uint32_t> levels;
    std::map<MarkKey, apdu::Signature> signatures;  // of the acknowledged level
    std::optional<AdoptedLevel> adopted;
};

bool is_of_the_store(const Error& error) {
    return error.code == make_error_code(Errc::store_unavailable) ||
           error.code == make_error_code(Errc::store_full) ||
           error.code == make_error_code(Errc::store_damaged);
}

void commit(WatermarkStore& store, Acknowledged& done, const MarkKey& key, std::uint32_t level) {
    const auto outcome =
        store.commit(key, sample_position(level), sample_digest(level), sample_time(level));
    if (outcome) {
        done.levels[key] = level;
        done.signatures.erase(key);
    } else {
        EXPECT_TRUE(is_of_the_store(outcome.error())) << outcome.error().text();
    }
}

void sign(WatermarkStore& store, Acknowledged& done, const MarkKey& key, std::uint32_t level) {
    const auto outcome = store.record_signature(key, sample_digest(level), sample_signature(level));
    if (outcome && done.levels.contains(key) && done.levels.at(key) == level) {
        done.signatures[key] = sample_signature(level);
    }
}

// Two marks that come together.
const MarkKey kFirst = sample_key(Kind::block, 9);
const MarkKey kSecond = sample_key(Kind::attestation, 9);

void merge(WatermarkStore& store, Acknowledged& done, std::uint32_t level) {
    const SignedMark mark{
        sample_position(level), sample_digest(level), std::nullopt, sample_time(level)};
    if (test::write_marks(store, {{kFirst, mark}, {kSecond, mark}})) {
        done.levels[kFirst] = level;
        done.levels[kSecond] = level;
    }
}

// The life of a store in short: opened, written in every way, closed, opened again. Goes on after
// each failure, as the daemon does.
void live(const fs::path& directory, Acknowledged& done) {
    const auto block = sample_key(Kind::block);
    const auto vote = sample_key(Kind::attestation);
    for (std::uint32_t round = 0; round < 2; ++round) {
        const auto opened = open_sqlite_store(directory);
        if (!opened) {
            EXPECT_TRUE(is_of_the_store(opened.error())) << opened.error().text();
            continue;
        }
        auto& store = **opened;
        for (std::uint32_t level = 10 * round + 1; level < 10 * round + 4; ++level) {
            commit(store, done, block, level);
            sign(store, done, block, level);
            commit(store, done, vote, level);
            commit(store, done, vote, level);
        }
        static_cast<void>(store.remember_device(test::sample_device(round)));
        const auto adopted = test::sample_adopted(round + 1);
        if (test::change_adopted(store, {}, {adopted})) {
            done.adopted = adopted;
        }
        static_cast<void>(store.probe());
        merge(store, done, 10 * round + 5);
    }
}

void expect_all_there(const fs::path& directory, const Acknowledged& done) {
    const auto opened = open_sqlite_store(directory);
    ASSERT_TRUE(opened) << opened.error().text();
    if (done.adopted) {
        ASSERT_EQ((*opened)->adopted()->size(), 1U);
        EXPECT_GE((*opened)->adopted()->front().level, done.adopted->level);
    }
    const auto first = (*opened)->find(kFirst);
    const auto second = (*opened)->find(kSecond);
    ASSERT_TRUE(first && second);
    ASSERT_EQ(first->has_value(), second->has_value());
    EXPECT_TRUE(!*first || (*first)->position == (*second)->position);
    for (const auto& [key, level] : done.levels) {
        const auto found = (*opened)->find(key);
        ASSERT_TRUE(found && *found);
        EXPECT_GE((*found)->position, sample_position(level));
        EXPECT_EQ((*found)->digest, sample_digest((*found)->position.level.value));
        const auto signature = done.signatures.find(key);
        if (signature != done.signatures.end() && (*found)->position == sample_position(level)) {
            EXPECT_EQ((*found)->signature, signature->second);
        }
    }
}

class SqliteFault : public ::testing::TestWithParam<FaultVfs::Fault> {};

TEST_P(SqliteFault, LosesNothingAcknowledgedWhicheverCallFails) {
    int calls = 0;
    for (bool fired = true; fired; ++calls) {
        SCOPED_TRACE("call " + std::to_string(calls));
        const TemporaryDirectory directory(test::memory_root());
        const TemporaryDirectory durable(test::memory_root());
        Acknowledged done;
        {
            FaultVfs vfs(directory.path(), durable.path());
            vfs.arm(calls, GetParam());
            live(directory.path(), done);
            fired = vfs.fired();
        }
        expect_all_there(directory.path(), done);
        ASSERT_FALSE(::testing::Test::HasFailure());
        if (!fired) {
            EXPECT_EQ(done.levels[sample_key(Kind::block)], 13U);
        }
    }
    EXPECT_GT(calls, 200);
}

// After a fault that passes, the same store works again without being reopened.
TEST_P(SqliteFault, RecoversByItselfFromAFaultThatPasses) {
    for (int calls = 0;; ++calls) {
        SCOPED_TRACE("call " + std::to_string(calls));
        const TemporaryDirectory directory(test::memory_root());
        const TemporaryDirectory durable(test::memory_root());
        FaultVfs vfs(directory.path(), durable.path());
        const auto store = open_sqlite_store(directory.path());
        ASSERT_TRUE(store);
        Acknowledged done;
        vfs.arm(calls, GetParam());
        commit(**store, done, sample_key(), 1);
        commit(**store, done, sample_key(), 2);
        const bool fired = vfs.fired();
        vfs.disarm();
        EXPECT_TRUE((*store)->probe());
        commit(**store, done, sample_key(), 3);
        EXPECT_EQ(done.levels[sample_key()], 3U);
        if (!fired) {
            EXPECT_GT(calls, 5);
            return;
        }
        ASSERT_FALSE(::testing::Test::HasFailure());
    }
}

// The disk keeps nothing but what was synchronised: at every call, cut the power.
TEST(SqlitePowerCut, LosesNothingAcknowledged) {
    bool fired = true;
    for (int calls = 0; fired; ++calls) {
        SCOPED_TRACE("call " + std::to_string(calls));
        const TemporaryDirectory directory(test::memory_root());
        const TemporaryDirectory durable(test::memory_root());
        ASSERT_TRUE(open_sqlite_store(directory.path()));
        fs::copy(directory.path(), durable.path());
        Acknowledged done;
        {
            FaultVfs vfs(directory.path(), durable.path());
            vfs.arm(calls, FaultVfs::Fault::forever);
            live(directory.path(), done);
            fired = vfs.fired();
        }
        expect_all_there(durable.path(), done);
        ASSERT_FALSE(::testing::Test::HasFailure());
    }
}

// A process dies between writing its log and saving it; the next one reads the mark from the log
// and acknowledges it to a client that asks again; then the power is cut.
TEST(SqlitePowerCut, LosesNothingThatWasOnlyReadFromTheLog) {
    const TemporaryDirectory before(test::memory_root());
    const TemporaryDirectory unsaved(test::memory_root());
    const TemporaryDirectory durable(test::memory_root());
    Acknowledged done;
    {
        const auto store = open_sqlite_store(before.path());
        commit(**store, done, sample_key(), 1);
        fs::copy(before.path(), durable.path());
        commit(**store, done, sample_key(), 2);
        fs::copy(before.path(), unsaved.path());
    }
    {
        const FaultVfs vfs(unsaved.path(), durable.path());
        const auto store = open_sqlite_store(unsaved.path());
        ASSERT_TRUE(store) << store.error().text();
        ASSERT_EQ((**(*store)->find(sample_key())).position, sample_position(2));
        // What is on the disk at this instant is all that the next start will find.
        fs::remove_all(unsaved.path());
        expect_all_there(durable.path(), done);
    }
}

TEST(SqlitePowerCut, SavesAnEqualMarkOnceMore) {
    const TemporaryDirectory directory(test::memory_root());
    const TemporaryDirectory durable(test::memory_root());
    const FaultVfs vfs(directory.path(), durable.path());
    const auto store = open_sqlite_store(directory.path());
    Acknowledged done;
    commit(**store, done, sample_key(), 1);
    const auto before = vfs.syncs();
    commit(**store, done, sample_key(), 1);
    EXPECT_GT(vfs.syncs(), before);
}

std::string fault_name(const ::testing::TestParamInfo<FaultVfs::Fault>& info) {
    switch (info.param) {
        case FaultVfs::Fault::once:
            return "Once";
        case FaultVfs::Fault::forever:
            return "Forever";
        case FaultVfs::Fault::torn:
            break;
    }
    return "Torn";
}

INSTANTIATE_TEST_SUITE_P(Faults,
                         SqliteFault,
                         ::testing::Values(FaultVfs::Fault::once,
                                           FaultVfs::Fault::forever,
                                           FaultVfs::Fault::torn),
                         fault_name);

}  // namespace
}  // namespace ledger_bridge::floor
