// SQLite as values that clean up after themselves and calls that never drop a return code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ledger_bridge::floor {

// store_damaged when SQLite says that the file's contents are wrong, store_full when there is no
// room for them, else store_unavailable. errno is to be as the call left it, from zero.
// The detail is "<doing>: <SQLite's words>".
Error sqlite_error(sqlite3* database, int code, std::string_view doing);

struct StatementDeleter {
    void operator()(sqlite3_stmt* statement) const;
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

struct DatabaseDeleter {
    void operator()(sqlite3* database) const;
};

// One connection. Outlives its statements.
class Database {
public:
    // Opens a file that exists; takes no lock and reads nothing yet.
    static Result<Database> open(const std::filesystem::path& path);

    Result<Statement> prepare(std::string_view sql);
    // For statements that give no rows, or whose rows do not matter.
    Result<void> execute(std::string_view sql);
    // The first column of the only row of a query.
    Result<std::int64_t> integer(std::string_view sql);
    Result<std::string> text(std::string_view sql);

    [[nodiscard]] bool in_transaction() const;

private:
    explicit Database(sqlite3* handle) : handle_(handle) {}

    std::unique_ptr<sqlite3, DatabaseDeleter> handle_;
};

// One use of a prepared statement: bind (from 1), step, read columns (from 0). Its end makes the
// statement ready for the next use and releases its locks.
class Query {
public:
    explicit Query(const Statement& statement) : statement_(statement.get()) {}
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query(Query&&) = delete;
    Query& operator=(Query&&) = delete;
    ~Query();

    // Values are copied. A failure is reported by the next step.
    Query& bind(int index, std::string_view text);
    Query& bind(int index, std::int64_t number);
    Query& bind(int index, ByteView blob);
    Query& bind_null(int index);

    // True when there is a row, false when there is none left.
    Result<bool> step();
    // Steps to the end.
    Result<void> run();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] Bytes blob(int column) const;

private:
    void remember(int code);

    sqlite3_stmt* statement_;
    int bind_code_ = 0;  // the first failure
};

// A write transaction: taken at once, rolled back unless committed.
class Transaction {
public:
    static Result<Transaction> begin(Database& database);

    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Transaction(Transaction&& other) noexcept
        : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    // Returns when what was written is durable.
    Result<void> commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}

    Database* database_;  // null after a move
};

}  // namespace ledger_bridge::floor
