// State files that earlier releases of the format wrote: every mark is still there afterwards,
// whatever happens meanwhile.
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "tests/floor/fault_vfs.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

using test::FaultVfs;
using test::TemporaryDirectory;

constexpr std::array kVersions{1, 2};

void put_version(int version, const fs::path& directory) {
    fs::copy_file(fs::path(TEST_DATA) / "store" / fmt::format("version-{}.sqlite", version),
                  directory / kStoreFile);
    fs::permissions(directory / kStoreFile, fs::perms::owner_read | fs::perms::owner_write);
}

struct Expected {
    apdu::ChainId chain;
    Kind kind;
    Position position;
    std::string digest;  // its first bytes
};

// What a daemon of that release said that it had signed.
const std::vector<Expected>& expected() {
    static const std::vector<Expected> marks{
        {apdu::kMainnet, Kind::attestation, {{102}, {0}}, "c43982b3e3ab"},
        {apdu::kMainnet, Kind::block, {{101}, {2}}, "fc4040b25acc"},
        {apdu::kMainnet, Kind::preattestation, {{101}, {2}}, "97690e38af93"},
        {apdu::kGhostnet, Kind::block, {{40}, {0}}, "234ba38e1146"}};
    return marks;
}

void expect_everything(WatermarkStore& store) {
    const auto key = *apdu::parse_key_hash("tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    EXPECT_EQ(store.marks()->size(), expected().size());
    for (const auto& mark : expected()) {
        const auto found = store.find({key, mark.chain, mark.kind});
        ASSERT_TRUE(found && *found);
        EXPECT_EQ((*found)->position, mark.position);
        EXPECT_TRUE((*found)->signature);
        EXPECT_EQ(to_hex((*found)->digest).substr(0, 12), mark.digest);
    }
    ASSERT_EQ(store.devices()->size(), 1U);
    EXPECT_EQ(store.devices()->front().name, "masculine-pig-stupendous-dugong");
}

int integer(const fs::path& path, const char* sql) {
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    sqlite3_open(path.c_str(), &database);
    sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    const int value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

class StoreMigration : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(From, StoreMigration, testing::ValuesIn(kVersions));

TEST_P(StoreMigration, KeepsEveryMarkAndSignatureAndDevice) {
    const TemporaryDirectory directory;
    put_version(GetParam(), directory.path());
    const auto file = directory.path() / kStoreFile;
    ASSERT_EQ(integer(file, "PRAGMA user_version"), GetParam());
    for (int start = 0; start < 2; ++start) {
        const auto store = open_sqlite_store(directory.path());
        ASSERT_TRUE(store) << store.error().text();
        expect_everything(**store);
        EXPECT_TRUE((*store)->adopted()->empty());
    }
    EXPECT_EQ(integer(file, "PRAGMA user_version"), 3);
    EXPECT_EQ(integer(file, "SELECT count(*) FROM audit"), 0);
    EXPECT_EQ(integer(file, "SELECT count(*) FROM meta"), GetParam() - 1);
}

TEST_P(StoreMigration, GivesTheTablesOfANewFile) {
    const TemporaryDirectory old_one;
    const TemporaryDirectory new_one;
    put_version(GetParam(), old_one.path());
    const auto schema = [](const fs::path& directory) {
        std::vector<std::string> tables;
        sqlite3* database = nullptr;
        sqlite3_open((directory / kStoreFile).c_str(), &database);
        sqlite3_exec(
            database,
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
            [](void* list, int, char** values, char**) {
                static_cast<std::vector<std::string>*>(list)->emplace_back(values[0]);
                return 0;
            },
            &tables,
            nullptr);
        sqlite3_close(database);
        return tables;
    };
    ASSERT_TRUE(open_sqlite_store(old_one.path()));
    ASSERT_TRUE(open_sqlite_store(new_one.path()));
    EXPECT_EQ(schema(old_one.path()).size(), 6U);
    EXPECT_EQ(schema(old_one.path()), schema(new_one.path()));
}

// Every call to the disk fails in turn, for a moment or for good: the next start finds everything.
TEST_P(StoreMigration, LosesNothingWhicheverCallFails) {
    for (const auto fault :
         {FaultVfs::Fault::once, FaultVfs::Fault::forever, FaultVfs::Fault::torn}) {
        int calls = 0;
        for (bool fired = true; fired; ++calls) {
            SCOPED_TRACE("call " + std::to_string(calls));
            const TemporaryDirectory directory(test::memory_root());
            const TemporaryDirectory durable(test::memory_root());
            put_version(GetParam(), directory.path());
            put_version(GetParam(), durable.path());
            {
                FaultVfs vfs(directory.path(), durable.path());
                vfs.arm(calls, fault);
                const auto store = open_sqlite_store(directory.path());
                fired = vfs.fired();
                EXPECT_TRUE(fired || store);
            }
            // As the process left it, and as a power cut would have left it.
            for (const auto& left : {directory.path(), durable.path()}) {
                const auto store = open_sqlite_store(left);
                ASSERT_TRUE(store) << store.error().text();
                expect_everything(**store);
            }
        }
        EXPECT_GT(calls, 10);
    }
}

}  // namespace
}  // namespace ledger_bridge::floor
