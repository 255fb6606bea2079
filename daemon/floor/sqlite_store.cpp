#include "daemon/floor/sqlite_store.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/file_identity.hpp"
#include "daemon/floor/reserve.hpp"
#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/store_file.hpp"
#include "daemon/floor/store_rows.hpp"
#include "daemon/floor/store_statements.hpp"
#include "driver/base/crash_point.hpp"

namespace ledger_bridge::floor {

namespace {

Error conflict(const MarkKey& key, const SignedMark& stored, const SignedMark& wanted) {
    return fail(Errc::commit_conflict,
                fmt::format("asked for {} {} of digest {}, stored is {} of digest {}",
                            kind_name(key.kind),
                            position_text(wanted.position),
                            to_hex(wanted.digest),
                            position_text(stored.position),
                            to_hex(stored.digest)));
}

class SqliteStore final : public LocalStore {
public:
    SqliteStore(Database database, StoreStatements statements, Reserve reserve)
        : database_(std::move(database)),
          statements_(std::move(statements)),
          reserve_(std::move(reserve)) {}

    // Remembers how many writes the file has seen, before there are more.
    Result<void> read_writes();
    // The log's ends, where it is written to and pruned, whatever its length.
    Result<void> read_log_ends();
    // From now on a commit counts only while both files are where they are now.
    Result<void> watch(const std::filesystem::path& path);

    Result<void> commit(const MarkKey& key,
                        const Position& position,
                        const apdu::Digest& digest,
                        WallTime time,
                        std::string_view device) override;
    Result<void> record_signature(const MarkKey& key,
                                  const apdu::Digest& digest,
                                  const apdu::Signature& signature) override;
    Result<std::vector<StoredMark>> marks() override;
    Result<std::optional<SignedMark>> find(const MarkKey& key) override;
    Result<void> remember_device(const DeviceRecord& device) override;
    Result<std::vector<DeviceRecord>> devices() override;
    Result<void> change_adopted(const std::vector<AdoptedLevel>& ended,
                                const std::vector<AdoptedLevel>& added) override;
    Result<std::vector<AdoptedLevel>> adopted() override;
    Result<void> write_all(const std::vector<StoredMark>& marks,
                           const std::vector<AdoptedLevel>& adopted) override;
    Result<void> append_audit(const std::vector<AuditRow>& rows) override;
    void keep_audit(std::uint64_t rows) override { audit_keep_ = rows; }
    void reserve_space() override { reserve_.take(); }
    [[nodiscard]] bool low_on_space() const override { return reserve_.in_use(); }
    Result<void> probe() override;
    void tidy() override;
    Result<std::optional<std::string>> fact(std::string_view name) override;
    Result<void> set_fact(std::string_view name, std::string_view value) override;
    [[nodiscard]] std::uint64_t writes() const override { return writes_; }
    [[nodiscard]] std::uint64_t writes_found() const override { return writes_found_; }
    void note_writes_in(MarkerFile marker) override { marker_ = std::move(marker); }

private:
    // Runs `write` in a transaction and returns when what it wrote is durable; once more with the
    // reserve's space when the disk is full.
    template <class Write>
    Result<void> durably(Write write);
    template <class Write>
    Result<void> attempt(Write write);
    Result<void> compare_and_write(const StoredMark& wanted, std::string_view device);
    [[nodiscard]] Result<void> log(const StoredMark& stored,
                                   std::string_view verdict,
                                   std::string_view device) const;
    [[nodiscard]] Result<void> log(const AuditRow& row) const;
    Result<void> add_signature(const MarkKey& key,
                               const apdu::Digest& digest,
                               const apdu::Signature& signature);
    [[nodiscard]] Result<void> write_mark(const StoredMark& stored) const;
    [[nodiscard]] Result<void> replace_rows(const std::vector<AdoptedLevel>& ended,
                                            const std::vector<AdoptedLevel>& added) const;
    // Something changes with every write, or an equal mark would save nothing, and vouch for what
    // an earlier process may have written without living to save it.
    [[nodiscard]] Result<std::uint64_t> count_write() const;

    Database database_;
    StoreStatements statements_;  // ends before the database
    std::vector<FileIdentity> files_;
    std::uint64_t writes_ = 0;
    std::uint64_t writes_found_ = 0;
    std::optional<MarkerFile> marker_;
    std::uint64_t audit_keep_ = kAuditKeep;
    Reserve reserve_;
    bool disk_full_ = false;  // at the last attempt
};

Result<void> SqliteStore::watch(const std::filesystem::path& path) {
    for (const auto& file : {path, std::filesystem::path(path.string() + "-wal")}) {
        auto identity = FileIdentity::of(file);
        if (!identity) {
            return identity.error();
        }
        files_.push_back(*std::move(identity));
    }
    return {};
}

Result<void> SqliteStore::read_writes() {
    const auto count = database_.integer("SELECT count FROM pulse WHERE id = 0");
    if (!count) {
        return count.error();
    }
    writes_found_ = static_cast<std::uint64_t>(*count);
    return {};
}

Result<void> SqliteStore::read_log_ends() {
    const auto ends =
        database_.integer("SELECT (SELECT min(id) FROM audit) IS (SELECT max(id) FROM audit)");
    return ends ? Result<void>() : ends.error();
}

template <class Write>
Result<void> SqliteStore::durably(Write write) {
    auto done = attempt(write);
    if (!done && disk_full_ && reserve_.release()) {
        done = attempt(write);
    }
    return done;
}

template <class Write>
Result<void> SqliteStore::attempt(Write write) {
    auto transaction = Transaction::begin(database_);
    if (!transaction) {
        return transaction.error();
    }
    crash_point("transaction_open");
    auto written = check_seal(statements_.seal);
    if (written) {
        written = write();
    }
    if (written) {
        written = write_seal(statements_.seal);
    }
    const auto count = written ? count_write() : written.error();
    disk_full_ = database_.ran_out_of_space();
    if (!count) {
        return count.error();
    }
    crash_point("mark_written");
    if (auto committed = transaction->commit(); !committed) {
        disk_full_ = database_.ran_out_of_space();
        return committed;
    }
    crash_point("mark_committed");
    for (const auto& file : files_) {
        if (auto there = file.check(); !there) {
            return there;
        }
    }
    writes_ = *count;
    if (marker_) {
        marker_->note(writes_);
    }
    return {};
}

Result<void> SqliteStore::commit(const MarkKey& key,
                                 const Position& position,
                                 const apdu::Digest& digest,
                                 WallTime time,
                                 std::string_view device) {
    const StoredMark wanted{key, SignedMark{position, digest, std::nullopt, time}};
    return durably([&] { return compare_and_write(wanted, device); });
}

Result<void> SqliteStore::compare_and_write(const StoredMark& wanted, std::string_view device) {
    const auto found = find(wanted.key);
    if (!found) {
        return found.error();
    }
    if (!*found || wanted.mark.position > (*found)->position) {
        auto written = write_mark(wanted);
        return written ? log(wanted, kSignVerdict, device) : written;
    }
    const auto& stored = **found;
    if (wanted.mark.position == stored.position && wanted.mark.digest == stored.digest) {
        return {};
    }
    return conflict(wanted.key, stored, wanted.mark);
}

Result<void> SqliteStore::record_signature(const MarkKey& key,
                                           const apdu::Digest& digest,
                                           const apdu::Signature& signature) {
    return durably([&] { return add_signature(key, digest, signature); });
}

Result<void> SqliteStore::add_signature(const MarkKey& key,
                                        const apdu::Digest& digest,
                                        const apdu::Signature& signature) {
    const auto found = find(key);
    if (!found) {
        return found.error();
    }
    if (!*found || (*found)->digest != digest) {
        return {};
    }
    StoredMark stored{key, **found};
    stored.mark.signature = signature;
    return write_mark(stored);
}

Result<void> SqliteStore::write_mark(const StoredMark& stored) const {
    Query query(statements_.write_mark);
    bind_mark(query, stored);
    return query.run();
}

Result<std::optional<SignedMark>> SqliteStore::find(const MarkKey& key) {
    Query query(statements_.read_mark);
    bind_key(query, key);
    const auto row = query.step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return std::optional<SignedMark>();
    }
    const auto stored = read_mark(query);
    if (!stored) {
        return stored.error();
    }
    return std::optional(stored->mark);
}

// Every row of a query, read by `read`.
template <class Item>
Result<std::vector<Item>> read_all(const Statement& statement, Result<Item> (*read)(const Query&)) {
    std::vector<Item> items;
    Query query(statement);
    for (;;) {
        const auto row = query.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return items;
        }
        auto item = read(query);
        if (!item) {
            return item.error();
        }
        items.push_back(*std::move(item));
    }
}

Result<std::vector<StoredMark>> SqliteStore::marks() {
    return read_all<StoredMark>(statements_.read_marks, read_mark);
}

Result<void> SqliteStore::remember_device(const DeviceRecord& device) {
    return durably([&] {
        Query query(statements_.write_device);
        bind_device(query, device);
        return query.run();
    });
}

Result<std::vector<DeviceRecord>> SqliteStore::devices() {
    return read_all<DeviceRecord>(statements_.read_devices, read_device);
}

Result<void> SqliteStore::change_adopted(const std::vector<AdoptedLevel>& ended,
                                         const std::vector<AdoptedLevel>& added) {
    return durably([&] { return replace_rows(ended, added); });
}

Result<void> SqliteStore::replace_rows(const std::vector<AdoptedLevel>& ended,
                                       const std::vector<AdoptedLevel>& added) const {
    for (const auto& row : ended) {
        Query query(statements_.end_adopted);
        bind_adopted_key(query, row);
        if (auto done = query.run(); !done) {
            return done;
        }
    }
    for (const auto& row : added) {
        Query query(statements_.write_adopted);
        bind_adopted(query, row);
        if (auto done = query.run(); !done) {
            return done;
        }
    }
    return {};
}

Result<void> SqliteStore::write_all(const std::vector<StoredMark>& marks,
                                    const std::vector<AdoptedLevel>& adopted) {
    return durably([&] {
        for (const auto& stored : marks) {
            auto written = write_mark(stored);
            if (written) {
                written = log(stored, kImportVerdict, "");
            }
            if (!written) {
                return written;
            }
        }
        auto ended = Query(statements_.end_fact).bind(1, kHandedOverFact).run();
        return ended ? replace_rows({}, adopted) : ended;
    });
}

Result<void> SqliteStore::log(const StoredMark& stored,
                              std::string_view verdict,
                              std::string_view device) const {
    const auto& mark = stored.mark;
    return log(AuditRow{mark.time,
                        stored.key,
                        mark.position,
                        mark.digest,
                        std::string(verdict),
                        {},
                        std::string(device)});
}

Result<void> SqliteStore::log(const AuditRow& row) const {
    Query query(statements_.write_audit);
    bind_audit(query, row);
    if (auto written = query.run(); !written) {
        return written;
    }
    return Query(statements_.prune_audit).bind(1, static_cast<std::int64_t>(audit_keep_)).run();
}

Result<void> SqliteStore::append_audit(const std::vector<AuditRow>& rows) {
    return durably([&] {
        for (const auto& row : rows) {
            if (auto written = log(row); !written) {
                return written;
            }
        }
        return Result<void>();
    });
}

Result<std::vector<AdoptedLevel>> SqliteStore::adopted() {
    return read_all<AdoptedLevel>(statements_.read_adopted, read_adopted);
}

Result<void> SqliteStore::probe() {
    return durably([] { return Result<void>(); });
}

Result<std::uint64_t> SqliteStore::count_write() const {
    Query query(statements_.count_write);
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

void SqliteStore::tidy() {
    if (reserve_.in_use()) {
        reserve_.take();
    }
    if (marker_) {
        marker_->save();
    }
}

Result<std::optional<std::string>> SqliteStore::fact(std::string_view name) {
    Query query(statements_.read_fact);
    const auto row = query.bind(1, name).step();
    if (!row) {
        return row.error();
    }
    return *row ? std::optional(query.text(0)) : std::nullopt;
}

Result<void> SqliteStore::set_fact(std::string_view name, std::string_view value) {
    return durably(
        [&] { return Query(statements_.write_fact).bind(1, name).bind(2, value).run(); });
}

// Reads every row once, so that a damaged one stops the start and not a signature; then writes, so
// that a disk that cannot be written does.
Result<void> check_contents(SqliteStore& store) {
    if (auto count = store.read_writes(); !count) {
        return count;
    }
    if (const auto marks = store.marks(); !marks) {
        return marks.error();
    }
    if (const auto devices = store.devices(); !devices) {
        return devices.error();
    }
    if (const auto adopted = store.adopted(); !adopted) {
        return adopted.error();
    }
    if (auto ends = store.read_log_ends(); !ends) {
        return ends;
    }
    return store.probe();
}

}  // namespace

Result<std::unique_ptr<LocalStore>> open_sqlite_store(const std::filesystem::path& state_dir) {
    const auto path = state_dir / kStoreFile;
    auto database = open_store_file(path);
    if (!database) {
        return database.error();
    }
    auto statements = prepare_statements(*database);
    if (!statements) {
        return statements.error();
    }
    auto store = std::make_unique<SqliteStore>(
        *std::move(database), *std::move(statements), Reserve(state_dir / kReserveFile));
    if (const auto sound = check_contents(*store); !sound) {
        return sound.error();
    }
    if (const auto watched = store->watch(path); !watched) {
        return watched.error();
    }
    return std::unique_ptr<LocalStore>(std::move(store));
}

}  // namespace ledger_bridge::floor
