// The rules of the store while the disk behaves.

#include "daemon/floor/sqlite_store.hpp"

#include <sys/stat.h>

#include <memory>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "daemon/floor/errors.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/store_writes.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

using test::same_mark;
using test::sample_adopted;
using test::sample_device;
using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_signature;
using test::sample_time;

class SqliteStoreTest : public ::testing::Test {
protected:
    SqliteStoreTest() { reopen(); }

    void reopen() {
        store_.reset();
        auto opened = open_sqlite_store(directory_.path());
        ASSERT_TRUE(opened) << opened.error().text();
        store_ = *std::move(opened);
    }

    [[nodiscard]] Result<void> commit(const MarkKey& key,
                                      std::uint32_t level,
                                      std::uint32_t round,
                                      std::uint32_t digest) {
        return store_->commit(
            key, sample_position(level, round), sample_digest(digest), sample_time(level));
    }

    [[nodiscard]] SignedMark stored(const MarkKey& key) {
        const auto found = store_->find(key);
        EXPECT_TRUE(found && *found);
        return **found;
    }

    [[nodiscard]] fs::path file() const { return directory_.path() / kStoreFile; }

    test::TemporaryDirectory directory_;
    std::unique_ptr<WatermarkStore> store_;
};

TEST_F(SqliteStoreTest, KeepsACommitAcrossReopening) {
    const auto key = sample_key();
    ASSERT_TRUE(commit(key, 10, 2, 7));
    reopen();
    EXPECT_TRUE(same_mark(
        stored(key), {sample_position(10, 2), sample_digest(7), std::nullopt, sample_time(10)}));
}

// The same rule said over a grid: a later place on the line of rounds wins, the same place only
// with the same digest.
TEST_F(SqliteStoreTest, CommitsHigherOrEqualMarksAndNothingElse) {
    std::uint8_t number = 0;
    for (std::uint32_t before = 0; before < 9; ++before) {
        for (std::uint32_t after = 0; after < 9; ++after) {
            for (std::uint32_t digest = 0; digest < 2; ++digest) {
                const auto key = sample_key(Kind::attestation, number++);
                ASSERT_TRUE(commit(key, 5 + before / 3, before % 3, 0));
                const auto second = commit(key, 5 + after / 3, after % 3, digest);
                const bool expected = after > before || (after == before && digest == 0);
                EXPECT_EQ(second.has_value(), expected) << before << " " << after << " " << digest;
                const auto place = expected ? after : before;
                const auto mark = stored(key);
                EXPECT_EQ(mark.position, sample_position(5 + place / 3, place % 3));
                EXPECT_EQ(mark.digest, sample_digest(expected ? digest : 0));
            }
        }
    }
}

TEST_F(SqliteStoreTest, SaysAConflictInTheWordsOfOctezAndNamesBothMessages) {
    ASSERT_TRUE(commit(sample_key(), 10, 2, 7));
    const auto refused = [this](std::uint32_t level, std::uint32_t round) {
        const auto second = commit(sample_key(), level, round, 8);
        EXPECT_EQ(second.error().code, make_error_code(Errc::commit_conflict));
        return second.error().detail;
    };
    const auto zeros = std::string(62, '0');
    const auto rest = "; refused by the host's signed mark; asked for digest 08" + zeros +
                      ", stored is 07" + zeros + "; host's mark (10,2)";
    EXPECT_EQ(refused(9, 3), "block level 9 below high watermark 10" + rest);
    EXPECT_EQ(refused(10, 1), "block level 10 and round 1 not above high watermark (10,2)" + rest);
    EXPECT_EQ(refused(10, 2),
              "block level 10 and round 2 already signed with different data" + rest);
}

TEST_F(SqliteStoreTest, KeepsTheSignatureOfAnEqualMark) {
    const auto key = sample_key();
    ASSERT_TRUE(commit(key, 10, 0, 7));
    ASSERT_TRUE(store_->record_signature(key, sample_digest(7), sample_signature(1)));
    ASSERT_TRUE(commit(key, 10, 0, 7));
    reopen();
    EXPECT_EQ(stored(key).signature, sample_signature(1));
}

TEST_F(SqliteStoreTest, ForgetsTheSignatureWhenTheMarkMoves) {
    const auto key = sample_key();
    ASSERT_TRUE(commit(key, 10, 0, 7));
    ASSERT_TRUE(store_->record_signature(key, sample_digest(7), sample_signature(1)));
    ASSERT_TRUE(commit(key, 10, 1, 7));
    EXPECT_EQ(stored(key).signature, std::nullopt);
}

TEST_F(SqliteStoreTest, DropsASignatureThatComesAfterTheMarkMoved) {
    const auto key = sample_key();
    ASSERT_TRUE(commit(key, 10, 0, 7));
    ASSERT_TRUE(commit(key, 11, 0, 8));
    EXPECT_TRUE(store_->record_signature(key, sample_digest(7), sample_signature(1)));
    EXPECT_EQ(stored(key).signature, std::nullopt);
    EXPECT_TRUE(store_->record_signature(sample_key(Kind::block, 9), sample_digest(7), {}));
    EXPECT_EQ(store_->marks()->size(), 1U);
}

TEST_F(SqliteStoreTest, KeepsKeysChainsAndKindsApart) {
    std::vector<MarkKey> keys;
    for (const auto kind : {Kind::block, Kind::preattestation, Kind::attestation}) {
        for (std::uint8_t number = 0; number < 2; ++number) {
            for (const auto& chain : {apdu::kMainnet, apdu::kGhostnet, apdu::ChainId{}}) {
                for (const auto curve :
                     {apdu::KeyKind::tz1, apdu::KeyKind::tz2, apdu::KeyKind::tz3}) {
                    auto key = sample_key(kind, number);
                    key.chain = chain;
                    key.key.kind = curve;
                    keys.push_back(key);
                }
            }
        }
    }
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
        ASSERT_TRUE(commit(keys[i], 100 - i, 0, i));
    }
    reopen();
    EXPECT_EQ(store_->marks()->size(), keys.size());
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(stored(keys[i]).position, sample_position(100 - i));
        EXPECT_EQ(stored(keys[i]).digest, sample_digest(i));
    }
}

TEST_F(SqliteStoreTest, FindsNothingWhereNothingWasSigned) {
    const auto found = store_->find(sample_key());
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
    EXPECT_TRUE(store_->marks()->empty());
}

TEST_F(SqliteStoreTest, KeepsTheHighestPositionThereIs) {
    const auto key = sample_key();
    ASSERT_TRUE(commit(key, 0x3fffffff, 0x7fffffff, 1));
    reopen();
    EXPECT_EQ(stored(key).position, sample_position(0x3fffffff, 0x7fffffff));
}

TEST_F(SqliteStoreTest, RemembersEachDeviceAsItWasLastSeen) {
    auto other = sample_device(3);
    other.name = "fatal-kudu-different-tiger";
    other.authorized = {apdu::Curve::p256, *apdu::DerivationPath::parse("44h/1729h/7h/1")};
    ASSERT_TRUE(store_->remember_device(sample_device(1)));
    ASSERT_TRUE(store_->remember_device(other));
    ASSERT_TRUE(store_->remember_device(sample_device(2)));
    reopen();
    const auto devices = store_->devices();
    ASSERT_TRUE(devices);
    ASSERT_EQ(devices->size(), 2U);
    EXPECT_EQ((*devices)[0].authorized, other.authorized);
    const auto expected = sample_device(2);
    const auto& device = (*devices)[1];
    EXPECT_EQ(device.name, expected.name);
    EXPECT_EQ(device.authorized, expected.authorized);
    EXPECT_EQ(device.public_key, expected.public_key);
    EXPECT_EQ(device.chain, expected.chain);
    EXPECT_EQ(device.marks, expected.marks);
    EXPECT_EQ(device.seen, expected.seen);
}

TEST_F(SqliteStoreTest, KeepsAdoptedLevelsOfEveryScope) {
    const std::vector rows{sample_adopted(5, ChainScope::Kind::all),
                           sample_adopted(0xffffffff, ChainScope::Kind::all_but),
                           sample_adopted(7)};
    ASSERT_TRUE(test::change_adopted(*store_, {}, rows));
    reopen();
    EXPECT_EQ(*store_->adopted(), rows);
    ASSERT_TRUE(test::change_adopted(*store_, {rows[0], rows[1]}, {sample_adopted(9)}));
    reopen();
    EXPECT_EQ(*store_->adopted(), std::vector{sample_adopted(9)}) << "one row for each scope";
}

TEST_F(SqliteStoreTest, ProbesByWriting) {
    EXPECT_TRUE(store_->probe());
}

TEST_F(SqliteStoreTest, IsReadableByItsOwnerAlone) {
    for (const auto* suffix : {"", "-wal"}) {
        struct stat found {};
        ASSERT_EQ(::stat((file().string() + suffix).c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777U, 0600U) << suffix;
    }
}

// Another connection, as a person's database tool would be.
class Stranger {
public:
    explicit Stranger(const fs::path& path) { sqlite3_open(path.c_str(), &database_); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    Stranger(Stranger&&) = delete;
    Stranger& operator=(Stranger&&) = delete;
    ~Stranger() { sqlite3_close(database_); }

    int execute(const char* sql) { return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); }

private:
    sqlite3* database_ = nullptr;
};

TEST_F(SqliteStoreTest, IsUnavailableWhileSomebodyElseWrites) {
    {
        Stranger stranger(file());
        ASSERT_EQ(stranger.execute("BEGIN IMMEDIATE"), SQLITE_OK);
        const auto refused = commit(sample_key(), 1, 0, 1);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, make_error_code(Errc::store_unavailable));
    }
    EXPECT_TRUE(commit(sample_key(), 1, 0, 1));
}

// As `ledgerctl audit` does, or a person with a database tool: the log cannot be written into the
// file beyond what they see.
TEST_F(SqliteStoreTest, OpensNextToSomebodyWhoReads) {
    ASSERT_TRUE(commit(sample_key(), 1, 0, 1));
    Stranger reader(file());
    ASSERT_EQ(reader.execute("BEGIN; SELECT count(*) FROM audit"), SQLITE_OK);
    for (std::uint32_t level = 2; level <= 150; ++level) {
        ASSERT_TRUE(commit(sample_key(), level, 0, level));
    }
    ASSERT_NO_FATAL_FAILURE(reopen());
    EXPECT_EQ(stored(sample_key()).position, sample_position(150));
    EXPECT_TRUE(commit(sample_key(), 151, 0, 151));
    ASSERT_EQ(reader.execute("COMMIT"), SQLITE_OK);
    ASSERT_NO_FATAL_FAILURE(reopen());
    EXPECT_EQ(stored(sample_key()).position, sample_position(151));
}

TEST_F(SqliteStoreTest, DoesNotAcknowledgeIntoAFileThatWasTakenAway) {
    std::uint32_t level = 0;
    const auto next = [&] {
        ++level;
        return commit(sample_key(), level, 0, level);
    };
    for (const auto* suffix : {"", "-wal"}) {
        ASSERT_TRUE(next());
        const fs::path path = file().string() + suffix;
        fs::rename(path, path.string() + ".away");
        for (int time = 0; time < 2; ++time) {
            const auto refused = next();
            ASSERT_FALSE(refused) << suffix;
            EXPECT_EQ(refused.error().code, make_error_code(Errc::store_unavailable));
            EXPECT_FALSE(store_->probe());
        }
        fs::rename(path.string() + ".away", path);
        EXPECT_TRUE(store_->probe()) << suffix;
        EXPECT_TRUE(next());
    }
    reopen();
    EXPECT_EQ(stored(sample_key()).position, sample_position(level));
}

TEST_F(SqliteStoreTest, DoesNotAcknowledgeIntoAFileThatWasReplaced) {
    for (const auto* suffix : {"", "-wal"}) {
        reopen();
        ASSERT_TRUE(commit(sample_key(), 1, 0, 1));
        const fs::path path = file().string() + suffix;
        fs::rename(path, path.string() + ".away");
        fs::copy_file(path.string() + ".away", path);
        const auto refused = commit(sample_key(), 2, 0, 2);
        ASSERT_FALSE(refused) << suffix;
        EXPECT_EQ(refused.error().code, make_error_code(Errc::store_damaged));
        EXPECT_FALSE(store_->probe());
        store_.reset();
        for (const auto* left : {"", "-wal", "-shm"}) {
            fs::remove(file().string() + left);
        }
    }
}

TEST_F(SqliteStoreTest, NoticesAnAdoptedLevelThatWasEdited) {
    ASSERT_TRUE(test::change_adopted(*store_, {}, {sample_adopted(7)}));
    for (const auto* edit : {"UPDATE adopted SET level = 6",
                             "UPDATE adopted SET scope = 'all_but', level = 7",
                             "UPDATE adopted SET chain = 'NetXnHfVqm9iesp', scope = 'only'",
                             "UPDATE adopted SET time = 9223372036854775807"}) {
        ASSERT_EQ(Stranger(file()).execute(edit), SQLITE_OK);
        const auto adopted = store_->adopted();
        ASSERT_FALSE(adopted) << edit;
        EXPECT_EQ(adopted.error().code, make_error_code(Errc::store_damaged));
    }
}

TEST_F(SqliteStoreTest, NoticesARowThatWasEdited) {
    ASSERT_TRUE(commit(sample_key(), 10, 0, 7));
    for (const auto* edit : {"UPDATE mark SET level = 9",
                             "UPDATE mark SET kind = 'attestation', level = 10",
                             "UPDATE mark SET digest = zeroblob(32), kind = 'block'",
                             "UPDATE mark SET time = 9223372036854775807",
                             "UPDATE mark SET time = -9223372036854775808"}) {
        ASSERT_EQ(Stranger(file()).execute(edit), SQLITE_OK);
        const auto marks = store_->marks();
        ASSERT_FALSE(marks) << edit;
        EXPECT_EQ(marks.error().code, make_error_code(Errc::store_damaged));
    }
}

}  // namespace
}  // namespace ledger_bridge::floor
