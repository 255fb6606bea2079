#include "daemon/floor/store_file.hpp"

#include <system_error>

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/store_creation.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSynchronousFull = 2;

// SQLite's own words do not say which file they are about.
Error about(const fs::path& path, Error error) {
    error.detail = path.string() + ": " + error.detail;
    return error;
}

// A log without its file is what is left when somebody deletes the file: it held marks.
Result<void> check_nothing_left(const fs::path& path) {
    for (const auto* suffix : {"-wal", "-journal"}) {
        std::error_code error;
        if (fs::exists(fs::symlink_status(beside(path, suffix), error))) {
            return fail(
                Errc::store_damaged,
                path.string() + " is missing, but " + beside(path, suffix).string() + " is there");
        }
    }
    return {};
}

Result<void> check_regular(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        return fail(Errc::store_damaged, path.string() + " is not a file");
    }
    const auto size = fs::file_size(path, error);
    if (error) {
        return fail(Errc::store_unavailable, path.string() + ": " + error.message());
    }
    // SQLite takes an empty file for a new database.
    if (size == 0) {
        return fail(Errc::store_damaged, path.string() + " is empty");
    }
    return {};
}

Result<void> create_if_missing(const fs::path& path) {
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (status.type() == fs::file_type::none) {
        return fail(Errc::store_unavailable, path.string() + ": " + error.message());
    }
    if (status.type() != fs::file_type::not_found) {
        return check_regular(path);
    }
    const auto nothing_left = check_nothing_left(path);
    return nothing_left ? create_store_file(path) : nothing_left;
}

// The version of its tables.
Result<std::int64_t> check_owner(Database& database, const fs::path& path) {
    const auto application = database.integer("PRAGMA application_id");
    if (!application) {
        return about(path, application.error());
    }
    auto version = database.integer("PRAGMA user_version");
    if (!version) {
        return about(path, version.error());
    }
    if (*application != kApplicationId || *version < 1) {
        return fail(Errc::store_damaged, path.string() + " is a database of another program");
    }
    if (*version > kSchemaVersion) {
        return fail(Errc::store_newer,
                    fmt::format("{} has format {}, this release knows {}",
                                path.string(),
                                *version,
                                kSchemaVersion));
    }
    return version;
}

// Not the log of verdicts: there is much of it, and nothing is decided by it. A table that is
// checked alone may stand on the page of another.
constexpr std::string_view kCheck =
    "SELECT coalesce(max(verdict), 'ok') FROM ("
    "SELECT iif(count(rootpage) = count(DISTINCT rootpage), 'ok', 'two tables share a page') "
    "AS verdict FROM sqlite_schema UNION ALL "
    "SELECT integrity_check FROM sqlite_schema AS t, pragma_integrity_check(t.name) "
    "WHERE t.type = 'table' AND t.name <> 'audit') WHERE verdict <> 'ok'";

Result<void> check_intact(Database& database, const fs::path& path) {
    const auto verdict = database.text(kCheck);
    if (!verdict) {
        return about(path, verdict.error());
    }
    if (*verdict != "ok") {
        return fail(Errc::store_damaged, path.string() + ": " + *verdict);
    }
    return {};
}

Result<void> make_durable_by_default(Database& database) {
    const auto mode = database.text("PRAGMA journal_mode = WAL");
    if (!mode) {
        return mode.error();
    }
    if (auto set = database.execute("PRAGMA synchronous = FULL"); !set) {
        return set;
    }
    const auto synchronous = database.integer("PRAGMA synchronous");
    if (!synchronous) {
        return synchronous.error();
    }
    if (*mode != "wal" || *synchronous != kSynchronousFull) {
        return fail(Errc::store_unavailable,
                    fmt::format("SQLite gave journal mode {} and synchronous {} instead of wal and "
                                "{}: is the state on a network file system?",
                                *mode,
                                *synchronous,
                                kSynchronousFull));
    }
    return {};
}

// After a crash the log may hold marks that were written but not yet saved when it happened. They
// are read as if they were durable, so they are made so before anybody reads them. False when part
// of the log must stay, since another program reads the file as it was before: then the write that
// ends every opening saves the log.
Result<bool> save_recovered_log(Database& database) {
    const auto busy = database.integer("PRAGMA wal_checkpoint(TRUNCATE)");
    return busy ? Result<bool>(*busy == 0) : busy.error();
}

// SQLite reads what is missing of the last page as zeros. While pages are in the log alone, the
// file is shorter and yet whole; what is missing of the rows that matter, their checks find.
Result<void> check_whole(Database& database, const fs::path& path) {
    const auto pages = database.integer("PRAGMA page_count");
    const auto size = database.integer("PRAGMA page_size");
    if (!pages || !size) {
        return about(path, pages ? size.error() : pages.error());
    }
    std::error_code error;
    const auto there = fs::file_size(path, error);
    if (error) {
        return fail(Errc::store_unavailable, path.string() + ": " + error.message());
    }
    if (there != static_cast<std::uintmax_t>(*pages) * static_cast<std::uintmax_t>(*size)) {
        return fail(Errc::store_damaged, path.string() + " was cut short");
    }
    return {};
}

}  // namespace

Result<Database> open_store_file(const fs::path& path) {
    if (const auto there = create_if_missing(path); !there) {
        return there.error();
    }
    auto database = Database::open(path);
    if (!database) {
        return database;
    }
    const auto version = check_owner(*database, path);
    if (!version) {
        return version.error();
    }
    if (const auto durable = make_durable_by_default(*database); !durable) {
        return durable.error();
    }
    if (const auto intact = check_intact(*database, path); !intact) {
        return intact.error();
    }
    const auto saved = save_recovered_log(*database);
    if (!saved) {
        return saved.error();
    }
    const auto whole = *saved ? check_whole(*database, path) : Result<void>();
    if (!whole) {
        return whole.error();
    }
    if (const auto migrated = migrate_store(*database, *version); !migrated) {
        return migrated.error();
    }
    return database;
}

}  // namespace ledger_bridge::floor
