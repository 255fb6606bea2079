#include "daemon/floor/sqlite.hpp"

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "daemon/floor/disk_full.hpp"
#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {

namespace {

// The state directory is locked, so a busy file means a person with a database tool: wait for one
// glance of theirs, not for a coffee.
constexpr int kBusyMilliseconds = 100;

constexpr int primary(int code) {
    return code & 0xff;
}

// A file that cannot grow has codes of its own; a quota that is used up shows in the system's
// number alone, which SQLite does not keep for a COMMIT. So every call here is made with it at
// zero.
bool is_for_want_of_space(int code, int system_number) {
    const bool of_system = primary(code) == SQLITE_IOERR || primary(code) == SQLITE_CANTOPEN;
    return primary(code) == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE ||
           (of_system && means_full(system_number));
}

Errc errc_of(int code, int system_number) {
    if (is_for_want_of_space(code, system_number)) {
        return Errc::store_full;
    }
    switch (primary(code)) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_FORMAT:
        case SQLITE_ERROR:  // our SQL is right, so the tables are not ours
        case SQLITE_MISMATCH:
            return Errc::store_damaged;
        default:
            return Errc::store_unavailable;
    }
}

}  // namespace

Error sqlite_error(sqlite3* database, int code, std::string_view doing) {
    const auto errc = errc_of(code, errno);
    const auto* words = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    return fail(errc, fmt::format("{}: {}, SQLite code {}", doing, words, code));
}

void StatementDeleter::operator()(sqlite3_stmt* statement) const {
    // The code repeats that of the last step, which was reported.
    sqlite3_finalize(statement);
}

void DatabaseDeleter::operator()(sqlite3* database) const {
    // Closing saves nothing that a commit has not saved already.
    sqlite3_close_v2(database);
}

Result<Database> Database::open(const std::filesystem::path& path) {
    sqlite3* handle = nullptr;
    errno = 0;
    const auto code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    // A handle is given even when opening fails, and carries the error's words.
    Database database(handle);
    if (code != SQLITE_OK) {
        return sqlite_error(handle, code, "opening " + path.string());
    }
    sqlite3_extended_result_codes(handle, 1);
    if (const auto set = sqlite3_busy_timeout(handle, kBusyMilliseconds); set != SQLITE_OK) {
        return sqlite_error(handle, set, "setting the busy timeout");
    }
    return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    errno = 0;
    const auto code = sqlite3_prepare_v2(
        handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) {
        return sqlite_error(handle_.get(), code, sql);
    }
    return Statement(statement);
}

Result<void> Database::execute(std::string_view sql) {
    const auto statement = prepare(sql);
    if (!statement) {
        return statement.error();
    }
    return Query(*statement).run();
}

Result<std::int64_t> Database::integer(std::string_view sql) {
    const auto statement = prepare(sql);
    if (!statement) {
        return statement.error();
    }
    Query query(*statement);
    const auto row = query.step();
    if (!row) {
        return row.error();
    }
    return query.integer(0);
}

Result<std::string> Database::text(std::string_view sql) {
    const auto statement = prepare(sql);
    if (!statement) {
        return statement.error();
    }
    Query query(*statement);
    const auto row = query.step();
    if (!row) {
        return row.error();
    }
    return query.text(0);
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

Query::~Query() {
    // The code repeats that of the last step, which was reported.
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Query::remember(int code) {
    if (bind_code_ == SQLITE_OK) {
        bind_code_ = code;
    }
}

Query& Query::bind(int index, std::string_view text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast,performance-no-int-to-ptr)
    const auto copy = SQLITE_TRANSIENT;
    remember(
        sqlite3_bind_text(statement_, index, text.data(), static_cast<int>(text.size()), copy));
    return *this;
}

Query& Query::bind(int index, std::int64_t number) {
    remember(sqlite3_bind_int64(statement_, index, number));
    return *this;
}

Query& Query::bind(int index, ByteView blob) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast,performance-no-int-to-ptr)
    const auto copy = SQLITE_TRANSIENT;
    remember(
        sqlite3_bind_blob(statement_, index, blob.data(), static_cast<int>(blob.size()), copy));
    return *this;
}

Query& Query::bind_null(int index) {
    remember(sqlite3_bind_null(statement_, index));
    return *this;
}

Result<bool> Query::step() {
    errno = 0;
    const auto code = bind_code_ == SQLITE_OK ? sqlite3_step(statement_) : bind_code_;
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        return code == SQLITE_ROW;
    }
    return sqlite_error(sqlite3_db_handle(statement_), code, sqlite3_sql(statement_));
}

Result<void> Query::run() {
    for (;;) {
        const auto row = step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
    }
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
    const auto bytes = blob(column);
    return {bytes.begin(), bytes.end()};
}

Bytes Query::blob(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    const auto size = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? Bytes{} : Bytes(data, data + size);
}

Result<Transaction> Transaction::begin(Database& database) {
    // Of a transaction whose rollback failed, for example because memory had run out.
    if (database.in_transaction()) {
        if (const auto undone = database.execute("ROLLBACK"); !undone) {
            return undone.error();
        }
    }
    if (const auto begun = database.execute("BEGIN IMMEDIATE"); !begun) {
        return begun.error();
    }
    return Transaction(database);
}

Transaction::~Transaction() {
    // After an input/output error SQLite may have rolled back by itself.
    if (database_ != nullptr && database_->in_transaction()) {
        // A failure here leaves the transaction open, never committed; begin() tries again.
        static_cast<void>(database_->execute("ROLLBACK"));
    }
}

Result<void> Transaction::commit() {
    return database_->execute("COMMIT");
}

}  // namespace ledger_bridge::floor
