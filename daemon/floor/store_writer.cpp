#include "daemon/floor/store_writer.hpp"

#include <string>

#include "daemon/floor/disk_full.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/store_rows.hpp"
#include "driver/base/crash_point.hpp"

namespace ledger_bridge::floor {

namespace {

// Something changes with every write, or an equal mark would save nothing, and vouch for what an
// earlier process may have written without living to save it.
Result<std::uint64_t> count_write(const StoreStatements& statements) {
    Query query(statements.count_write);
    const auto row = query.step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return fail(Errc::store_damaged, "the row that counts writes is gone");
    }
    const auto count = static_cast<std::uint64_t>(query.integer(0));
    const auto end = query.run();
    return end ? Result<std::uint64_t>(count) : end.error();
}

// How many writes there are with this one.
Result<std::uint64_t> write_between_seals(const StoreStatements& statements,
                                          const std::function<Result<void>()>& write) {
    auto written = check_seal(statements.seal);
    if (written) {
        written = write();
    }
    if (written) {
        written = write_seal(statements.seal);
    }
    return written ? count_write(statements) : written.error();
}

}  // namespace

Result<void> StoreWriter::durably(const StoreStatements& statements,
                                  const std::function<Result<void>()>& write) {
    auto done = attempt(statements, write);
    if (!done && is_full(done.error()) && reserve_.release()) {
        done = attempt(statements, write);
    }
    return done;
}

Result<void> StoreWriter::attempt(const StoreStatements& statements,
                                  const std::function<Result<void>()>& write) {
    auto transaction = Transaction::begin(database_);
    if (!transaction) {
        return transaction.error();
    }
    crash_point("transaction_open");
    const auto count = write_between_seals(statements, write);
    if (!count) {
        return count.error();
    }
    crash_point("mark_written");
    if (auto committed = transaction->commit(); !committed) {
        return committed;
    }
    crash_point("mark_committed");
    if (auto there = check_files(); !there) {
        return there;
    }
    writes_ = *count;
    if (marker_) {
        marker_->note(writes_);
    }
    return {};
}

Result<void> StoreWriter::check_files() const {
    for (const auto& file : files_) {
        if (auto there = file.check(); !there) {
            return there;
        }
    }
    return {};
}

Result<void> StoreWriter::read_writes() {
    const auto count = database_.integer("SELECT count FROM pulse WHERE id = 0");
    if (!count) {
        return count.error();
    }
    writes_found_ = static_cast<std::uint64_t>(*count);
    return {};
}

Result<void> StoreWriter::read_log_ends() {
    const auto ends =
        database_.integer("SELECT (SELECT min(id) FROM audit) IS (SELECT max(id) FROM audit)");
    return ends ? Result<void>() : ends.error();
}

Result<void> StoreWriter::watch(const std::filesystem::path& path) {
    for (const auto& file : {path, std::filesystem::path(path.string() + "-wal")}) {
        auto identity = FileIdentity::of(file);
        if (!identity) {
            return identity.error();
        }
        files_.push_back(*std::move(identity));
    }
    return {};
}

void StoreWriter::tidy() {
    if (reserve_.in_use()) {
        reserve_.take();
    }
    if (marker_) {
        marker_->save();
    }
}

}  // namespace ledger_bridge::floor
