#include "daemon/floor/store_creation.hpp"

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "daemon/floor/directory_sync.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/owner.hpp"
#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/store_seal.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

// Since version 1.
constexpr std::array<std::string_view, 4> kFirstTables{
    R"(CREATE TABLE mark (
        key TEXT NOT NULL,
        chain TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('block', 'preattestation', 'attestation')),
        level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 0x3fffffff),
        round INTEGER NOT NULL CHECK (round BETWEEN 0 AND 0x7fffffff),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        signature BLOB CHECK (length(signature) = 64),
        time INTEGER NOT NULL,
        checksum BLOB NOT NULL CHECK (length(checksum) = 32),
        PRIMARY KEY (key, chain, kind)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE device (
        name TEXT NOT NULL PRIMARY KEY,
        curve TEXT NOT NULL,
        path TEXT NOT NULL,
        public_key TEXT NOT NULL,
        chain TEXT NOT NULL,
        main_level INTEGER NOT NULL CHECK (main_level BETWEEN 0 AND 0xffffffff),
        main_round INTEGER NOT NULL CHECK (main_round BETWEEN 0 AND 0xffffffff),
        test_level INTEGER NOT NULL CHECK (test_level BETWEEN 0 AND 0xffffffff),
        test_round INTEGER NOT NULL CHECK (test_round BETWEEN 0 AND 0xffffffff),
        seen INTEGER NOT NULL,
        checksum BLOB NOT NULL CHECK (length(checksum) = 32)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE pulse (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        count INTEGER NOT NULL) STRICT)",
    "INSERT INTO pulse (id, count) VALUES (0, 0)"};

// Since version 2.
constexpr std::array<std::string_view, 3> kSecondTables{
    R"(CREATE TABLE adopted (
        device TEXT NOT NULL,
        key TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('only', 'all_but', 'all')),
        chain TEXT NOT NULL,
        level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 0xffffffff),
        origin TEXT NOT NULL,
        time INTEGER NOT NULL,
        checksum BLOB NOT NULL CHECK (length(checksum) = 32),
        PRIMARY KEY (device, key, scope, chain)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        time INTEGER NOT NULL,
        key TEXT NOT NULL,
        chain TEXT NOT NULL,
        kind TEXT NOT NULL,
        level INTEGER NOT NULL,
        round INTEGER NOT NULL,
        digest BLOB NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        device TEXT NOT NULL) STRICT)",
    R"(CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL) STRICT)"};

// Since version 3.
constexpr std::string_view kAddSeal = "ALTER TABLE pulse ADD COLUMN seal BLOB";

std::string last_reason() {
    return std::generic_category().message(errno);
}

Result<void> execute_all(Database& database, std::span<const std::string_view> statements) {
    for (const auto statement : statements) {
        if (const auto done = database.execute(statement); !done) {
            return done.error();
        }
    }
    return {};
}

Result<void> add_second_tables(Database& database) {
    return execute_all(database, kSecondTables);
}

Result<void> add_seal(Database& database) {
    if (auto added = database.execute(kAddSeal); !added) {
        return added;
    }
    const auto statements = prepare_seal(database);
    return statements ? write_seal(*statements) : statements.error();
}

// What came after `version`, oldest first.
Result<void> add_later(Database& database, std::int64_t version) {
    if (version < 2) {
        if (auto added = add_second_tables(database); !added) {
            return added;
        }
    }
    if (auto sealed = add_seal(database); !sealed) {
        return sealed;
    }
    return database.execute(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
}

Result<void> write_schema(Database& database) {
    auto transaction = Transaction::begin(database);
    if (!transaction) {
        return transaction.error();
    }
    auto written = execute_all(database, kFirstTables);
    if (written) {
        written = database.execute(fmt::format("PRAGMA application_id = {}", kApplicationId));
    }
    if (written) {
        written = add_later(database, 1);
    }
    return written ? transaction->commit() : written;
}

// An empty file that only its owner can read; SQLite gives its log the same mode.
Result<void> make_empty_file(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return fail(Errc::store_unavailable, "creating " + path.string() + ": " + last_reason());
    }
    ::close(descriptor);
    return {};
}

// What an interrupted creation left never held a mark.
Result<void> remove_unfinished(const fs::path& path) {
    for (const auto* suffix : {"", "-journal", "-wal", "-shm"}) {
        std::error_code error;
        fs::remove(beside(path, suffix), error);
        if (error) {
            return fail(Errc::store_unavailable,
                        "removing " + beside(path, suffix).string() + ": " + error.message());
        }
    }
    return {};
}

Result<void> write_new_file(const fs::path& path) {
    if (auto removed = remove_unfinished(path); !removed) {
        return removed;
    }
    if (auto made = make_empty_file(path); !made) {
        return made;
    }
    auto database = Database::open(path);
    if (!database) {
        return database.error();
    }
    if (auto set = database->execute("PRAGMA synchronous = FULL"); !set) {
        return set;
    }
    return write_schema(*database);
}

}  // namespace

fs::path beside(const fs::path& path, std::string_view suffix) {
    return path.string() + std::string(suffix);
}

Result<void> create_store_file(const fs::path& path) {
    const auto unfinished = beside(path, ".new");
    if (auto written = write_new_file(unfinished); !written) {
        return written;
    }
    give_to_owner_of(path.parent_path(), unfinished);
    std::error_code error;
    fs::rename(unfinished, path, error);
    if (error) {
        return fail(Errc::store_unavailable,
                    "renaming " + unfinished.string() + ": " + error.message());
    }
    return sync_directory(path.parent_path());
}

Result<void> migrate_store(Database& database, std::int64_t version) {
    if (version == kSchemaVersion) {
        return {};
    }
    auto transaction = Transaction::begin(database);
    if (!transaction) {
        return transaction.error();
    }
    const auto added = add_later(database, version);
    return added ? transaction->commit() : added;
}

}  // namespace ledger_bridge::floor
