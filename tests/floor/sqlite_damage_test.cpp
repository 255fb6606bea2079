// State that was truncated, altered, foreign or newer: found, named, never replaced.

#include <array>
#include <fstream>
#include <functional>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "tests/floor/random_seed.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/store_writes.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

using test::sample_digest;
using test::sample_key;
using test::sample_position;
using test::sample_time;
using test::TemporaryDirectory;

constexpr std::uint8_t kMarks = 20;
constexpr std::uint8_t kManyMarks = 120;  // in a tree of several pages

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// A directory whose store holds marks and a device, and was closed in order.
class Filled {
public:
    explicit Filled(std::uint8_t marks = kMarks) : marks_(marks) {
        auto store = open_sqlite_store(directory_.path());
        for (std::uint8_t number = 0; number < marks_; ++number) {
            EXPECT_TRUE((*store)->commit(sample_key(Kind::block, number),
                                         sample_position(100 + number),
                                         sample_digest(number),
                                         sample_time(number)));
        }
        EXPECT_TRUE((*store)->remember_device(test::sample_device(1)));
        EXPECT_TRUE(test::change_adopted(**store, {}, {test::sample_adopted(7)}));
    }

    [[nodiscard]] fs::path file() const { return directory_.path() / kStoreFile; }
    [[nodiscard]] auto open() const { return open_sqlite_store(directory_.path()); }

    [[nodiscard]] bool holds_all_marks(WatermarkStore& store) const {
        const auto marks = store.marks();
        if (!marks || marks->size() != marks_ || store.devices()->size() != 1 ||
            *store.adopted() != std::vector{test::sample_adopted(7)}) {
            return false;
        }
        for (std::uint8_t number = 0; number < marks_; ++number) {
            const auto found = store.find(sample_key(Kind::block, number));
            if (!found || !*found || (*found)->position != sample_position(100 + number) ||
                (*found)->digest != sample_digest(number)) {
                return false;
            }
        }
        return true;
    }

    void remove_logs() const {
        fs::remove(file().string() + "-wal");
        fs::remove(file().string() + "-shm");
    }

private:
    std::uint8_t marks_;
    TemporaryDirectory directory_{test::memory_root()};
};

// Refused with this code, and the file left as it was.
void expect_refused(const Filled& state, Errc code) {
    const auto before = read_file(state.file());
    const auto opened = state.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, make_error_code(code)) << opened.error().detail;
    EXPECT_EQ(read_file(state.file()), before);
}

int execute(const fs::path& path, const char* sql) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    sqlite3_close(database);
    return code;
}

TEST(SqliteDamage, RefusesAnEmptyFile) {
    const Filled state;
    write_file(state.file(), "");
    expect_refused(state, Errc::store_damaged);
}

TEST(SqliteDamage, SaysWhatTheChoicesAre) {
    const Filled state;
    write_file(state.file(), "");
    const auto text = state.open().error().text();
    for (const auto* part : {"is empty", "reset-hwm", "--first-start", "above"}) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    }
}

TEST(SqliteDamage, RefusesEveryTruncation) {
    const Filled state;
    const auto whole = read_file(state.file());
    for (std::size_t size = 0; size < whole.size(); size += size < 200 ? 1 : 509) {
        state.remove_logs();
        write_file(state.file(), whole.substr(0, size));
        const auto opened = state.open();
        ASSERT_FALSE(opened) << size;
        EXPECT_EQ(opened.error().code, make_error_code(Errc::store_damaged))
            << size << " " << opened.error().detail;
    }
}

// Whatever byte is altered: either it is found, or no mark has changed.
TEST(SqliteDamage, NeverReadsOtherMarksFromAnAlteredFile) {
    const auto seed = test::random_seed();
    SCOPED_TRACE(seed);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const Filled state;
    const auto whole = read_file(state.file());
    int found = 0;
    for (int run = 0; run < 3000; ++run) {
        // Empty space is most of the file and cannot matter: aim at what holds something.
        auto offset = random() % whole.size();
        while (whole[offset] == 0) {
            offset = random() % whole.size();
        }
        auto altered = whole;
        altered[offset] =
            static_cast<char>(altered[offset] ^ (1 + static_cast<int>(random() % 255)));
        state.remove_logs();
        write_file(state.file(), altered);
        const auto opened = state.open();
        if (opened) {
            EXPECT_TRUE(state.holds_all_marks(**opened)) << "offset " << offset;
        } else {
            ++found;
        }
    }
    EXPECT_GT(found, 1000);
}

// Every table made to start at every page of the file, the leaves of a larger table among them.
TEST(SqliteDamage, NeverReadsATableFromAnotherPage) {
    const Filled state(kManyMarks);
    const auto whole = read_file(state.file());
    const auto pages = whole.size() / 4096;
    ASSERT_GT(pages, 9U) << "the marks fit in one page";
    std::size_t found = 0;
    const std::array tables{
        "mark", "device", "adopted", "meta", "sqlite_autoindex_meta_1", "pulse"};
    for (const auto* table : tables) {
        for (std::size_t page = 1; page <= pages + 1; ++page) {
            state.remove_logs();
            write_file(state.file(), whole);
            const auto sql = fmt::format(
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = {} WHERE name = "
                "'{}'",
                page,
                table);
            ASSERT_EQ(execute(state.file(), sql.c_str()), SQLITE_OK);
            const auto opened = state.open();
            if (opened) {
                EXPECT_TRUE(state.holds_all_marks(**opened)) << table << " at " << page;
            } else {
                EXPECT_EQ(opened.error().code, make_error_code(Errc::store_damaged));
                ++found;
            }
        }
    }
    EXPECT_EQ(found, tables.size() * pages);  // all but each at its own
}

// The log of verdicts is not looked through at a start, but it must not be written into others.
TEST(SqliteDamage, RefusesALogOnThePageOfAnotherTable) {
    const Filled state;
    ASSERT_EQ(execute(state.file(),
                      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
                      "(SELECT rootpage FROM sqlite_schema WHERE name = 'pulse') "
                      "WHERE name = 'audit'"),
              SQLITE_OK);
    expect_refused(state, Errc::store_damaged);
}

TEST(SqliteDamage, NoticesARowThatIsGone) {
    for (const auto* sql : {"DELETE FROM mark WHERE level = 103",
                            "DELETE FROM device",
                            "DELETE FROM adopted",
                            "UPDATE pulse SET seal = NULL"}) {
        const Filled state;
        ASSERT_EQ(execute(state.file(), sql), SQLITE_OK);
        expect_refused(state, Errc::store_damaged);
    }
}

// A file that loses rows while it is open is not sealed anew by the next write.
TEST(SqliteDamage, WritesNothingOnceARowIsGone) {
    const Filled state;
    const auto store = state.open();
    ASSERT_TRUE(store);
    ASSERT_EQ(execute(state.file(), "DELETE FROM mark WHERE level = 103"), SQLITE_OK);
    for (int time = 0; time < 2; ++time) {
        const auto committed = (*store)->commit(sample_key(Kind::attestation, 1),
                                                sample_position(500),
                                                sample_digest(1),
                                                sample_time(1));
        ASSERT_FALSE(committed);
        EXPECT_EQ(committed.error().code, make_error_code(Errc::store_damaged));
    }
}

TEST(SqliteDamage, RefusesAPageOfNoise) {
    const Filled state;
    const auto whole = read_file(state.file());
    for (std::size_t page = 0; page < whole.size(); page += 4096) {
        state.remove_logs();
        auto altered = whole;
        altered.replace(page, 4096, 4096, '\x5a');
        write_file(state.file(), altered);
        const auto opened = state.open();
        ASSERT_FALSE(opened) << page;
        EXPECT_EQ(opened.error().code, make_error_code(Errc::store_damaged));
    }
}

TEST(SqliteDamage, RefusesWhatIsNoDatabase) {
    const Filled state;
    write_file(state.file(), std::string(10'000, 'x'));
    expect_refused(state, Errc::store_damaged);
}

TEST(SqliteDamage, RefusesADatabaseOfAnotherProgram) {
    const Filled state;
    fs::remove(state.file());
    ASSERT_EQ(execute(state.file(), "CREATE TABLE mark (key TEXT)"), SQLITE_OK);
    expect_refused(state, Errc::store_damaged);
}

TEST(SqliteDamage, RefusesAFileOfALaterRelease) {
    const Filled state;
    ASSERT_EQ(execute(state.file(), "PRAGMA user_version = 4"), SQLITE_OK);
    expect_refused(state, Errc::store_newer);
}

TEST(SqliteDamage, RefusesAFileWithoutItsTables) {
    for (const auto* sql :
         {"DROP TABLE mark", "DROP TABLE device", "DROP TABLE pulse", "DROP TABLE adopted"}) {
        const Filled state;
        ASSERT_EQ(execute(state.file(), sql), SQLITE_OK);
        expect_refused(state, Errc::store_damaged);
    }
}

TEST(SqliteDamage, RefusesADirectoryInPlaceOfTheFile) {
    const Filled state;
    fs::remove(state.file());
    fs::create_directory(state.file());
    const auto opened = state.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, make_error_code(Errc::store_damaged));
}

TEST(SqliteDamage, RefusesALogWhoseFileIsGone) {
    const Filled state;
    fs::remove(state.file());
    write_file(state.file().string() + "-wal", "something");
    const auto opened = state.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, make_error_code(Errc::store_damaged));
    EXPECT_FALSE(fs::exists(state.file()));
}

TEST(SqliteDamage, StartsAnewAfterACreationThatWasInterrupted) {
    const TemporaryDirectory directory;
    const auto unfinished = (directory.path() / kStoreFile).string() + ".new";
    write_file(unfinished, "half a fi");
    write_file(unfinished + "-journal", "half a jour");
    const auto opened = open_sqlite_store(directory.path());
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_TRUE((*opened)->marks()->empty());
    EXPECT_FALSE(fs::exists(unfinished));
}

TEST(SqliteDamage, IsUnavailableWithoutItsDirectory) {
    const auto opened = open_sqlite_store("/nonexistent/state");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, make_error_code(Errc::store_unavailable));
}

}  // namespace
}  // namespace ledger_bridge::floor
