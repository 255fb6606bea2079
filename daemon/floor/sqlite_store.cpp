#include "daemon/floor/sqlite_store.hpp"

#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/adoption.hpp"
#include "daemon/floor/disk_full.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/reserve.hpp"
#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/store_change.hpp"
#include "daemon/floor/store_file.hpp"
#include "daemon/floor/store_rows.hpp"
#include "daemon/floor/store_statements.hpp"
#include "daemon/floor/store_writer.hpp"

namespace ledger_bridge::floor {

namespace {

class SqliteStore final : public LocalStore {
public:
    SqliteStore(Database database, StoreStatements statements, Reserve reserve)
        : writer_(std::move(database), std::move(reserve)), statements_(std::move(statements)) {}

    // Reads every row once, so that a damaged one stops the start and not a signature; then writes,
    // so that a disk that cannot be written does; then watches the files at `path`.
    Result<void> check_contents(const std::filesystem::path& path);

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
    Result<std::vector<AdoptedLevel>> adopted() override;
    Result<StoreContents> change(const WorkOut& work_out) override;
    Result<void> append_audit(const std::vector<AuditRow>& rows) override;
    void keep_audit(std::uint64_t rows) override { audit_keep_ = rows; }
    void reserve_space() override { writer_.reserve().take(); }
    bool release_reserve() override { return writer_.reserve().release(); }
    [[nodiscard]] bool low_on_space() const override { return writer_.reserve().in_use(); }
    Result<void> probe() override;
    void tidy() override { writer_.tidy(); }
    Result<std::optional<std::string>> fact(std::string_view name) override;
    Result<void> set_fact(std::string_view name, std::string_view value) override;
    [[nodiscard]] std::uint64_t writes() const override { return writer_.writes(); }
    [[nodiscard]] std::uint64_t writes_found() const override { return writer_.writes_found(); }
    void note_writes_in(MarkerFile marker) override { writer_.note_writes_in(std::move(marker)); }

private:
    Result<void> durably(const std::function<Result<void>()>& write) {
        return writer_.durably(statements_, write);
    }
    Result<void> compare_and_write(const StoredMark& wanted, std::string_view device);
    Result<void> check_role();
    Result<void> check_adopted(const StoredMark& wanted, const std::optional<SignedMark>& stored);
    [[nodiscard]] Result<void> log(const StoredMark& stored,
                                   std::string_view verdict,
                                   std::string_view device) const;
    [[nodiscard]] Result<void> log(const AuditRow& row) const;
    Result<void> add_signature(const MarkKey& key,
                               const apdu::Digest& digest,
                               const apdu::Signature& signature);
    [[nodiscard]] Result<void> write_mark(const StoredMark& stored) const;
    Result<void> work_and_write(const WorkOut& work_out, StoreContents& contents);
    [[nodiscard]] Result<void> write_change(const StoreChange& change) const;
    [[nodiscard]] Result<void> write_marks(const std::vector<StoredMark>& marks) const;
    [[nodiscard]] Result<void> replace_rows(const std::vector<AdoptedLevel>& ended,
                                            const std::vector<AdoptedLevel>& added) const;

    StoreWriter writer_;
    StoreStatements statements_;  // ends before the database of the writer
    std::uint64_t audit_keep_ = kAuditKeep;
};

Result<void> SqliteStore::commit(const MarkKey& key,
                                 const Position& position,
                                 const apdu::Digest& digest,
                                 WallTime time,
                                 std::string_view device) {
    const StoredMark wanted{key, SignedMark{position, digest, std::nullopt, time}};
    return durably([&] { return compare_and_write(wanted, device); });
}

// All that forbids a mark is read in the transaction that writes it: what the caller knew when it
// asked may be older than what another thread or process has made durable since.
Result<void> SqliteStore::compare_and_write(const StoredMark& wanted, std::string_view device) {
    if (auto here = check_role(); !here) {
        return here;
    }
    const auto found = find(wanted.key);
    if (!found) {
        return found.error();
    }
    if (*found && wanted.mark.position <= (*found)->position) {
        return same_message(**found, wanted.mark) ? Result<void>() : mark_conflict(wanted, **found);
    }
    if (auto above = check_adopted(wanted, *found); !above) {
        return above;
    }
    auto written = write_mark(wanted);
    return written ? log(wanted, kSignVerdict, device) : written;
}

Result<void> SqliteStore::check_role() {
    const auto handed_over = fact(kHandedOverFact);
    if (!handed_over) {
        return handed_over.error();
    }
    return *handed_over ? fail(Errc::handed_over) : Result<void>();
}

Result<void> SqliteStore::check_adopted(const StoredMark& wanted,
                                        const std::optional<SignedMark>& stored) {
    const auto rows = adopted();
    if (!rows) {
        return rows.error();
    }
    const auto highest = highest_adopted(*rows, wanted.key.key, wanted.key.chain);
    return highest && wanted.mark.position.level <= highest->level
               ? adopted_conflict(wanted, stored, *highest)
               : Result<void>();
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

Result<StoreContents> SqliteStore::change(const WorkOut& work_out) {
    StoreContents contents;
    const auto done = durably([&] { return work_and_write(work_out, contents); });
    return done ? Result<StoreContents>(std::move(contents)) : done.error();
}

// As with a commit, everything is read in the transaction that writes.
Result<void> SqliteStore::work_and_write(const WorkOut& work_out, StoreContents& contents) {
    auto stored = read_contents(*this);
    if (!stored) {
        return stored.error();
    }
    const auto change = work_out(*stored);
    if (!change) {
        return change.error();
    }
    if (auto allowed = check_change(*stored, *change); !allowed) {
        return allowed;
    }
    if (auto written = write_change(*change); !written) {
        return written;
    }
    stored = read_contents(*this);  // as the rows have it: a time in whole microseconds
    if (!stored) {
        return stored.error();
    }
    contents = *std::move(stored);
    return {};
}

Result<void> SqliteStore::write_change(const StoreChange& change) const {
    auto written = write_marks(change.marks);
    if (written && change.ends_handover) {
        written = Query(statements_.end_fact).bind(1, kHandedOverFact).run();
    }
    return written ? replace_rows(change.ended, change.added) : written;
}

Result<void> SqliteStore::write_marks(const std::vector<StoredMark>& marks) const {
    for (const auto& stored : marks) {
        auto written = write_mark(stored);
        if (written) {
            written = log(stored, kImportVerdict, "");
        }
        if (!written) {
            return written;
        }
    }
    return {};
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

Result<void> SqliteStore::check_contents(const std::filesystem::path& path) {
    if (auto count = writer_.read_writes(); !count) {
        return count;
    }
    if (const auto found = marks(); !found) {
        return found.error();
    }
    if (const auto found = devices(); !found) {
        return found.error();
    }
    if (const auto found = adopted(); !found) {
        return found.error();
    }
    if (auto ends = writer_.read_log_ends(); !ends) {
        return ends;
    }
    auto writable = probe();
    return writable ? writer_.watch(path) : writable;
}

Result<std::unique_ptr<LocalStore>> open_store(const std::filesystem::path& path,
                                               const Reserve& reserve) {
    auto database = open_store_file(path);
    if (!database) {
        return database.error();
    }
    auto statements = prepare_statements(*database);
    if (!statements) {
        return statements.error();
    }
    auto store =
        std::make_unique<SqliteStore>(*std::move(database), *std::move(statements), reserve);
    if (const auto sound = store->check_contents(path); !sound) {
        return sound.error();
    }
    return std::unique_ptr<LocalStore>(std::move(store));
}

}  // namespace

Result<std::unique_ptr<LocalStore>> open_sqlite_store(const std::filesystem::path& state_dir) {
    const auto path = state_dir / kStoreFile;
    Reserve reserve(state_dir / kReserveFile);
    auto opened = open_store(path, reserve);
    if (!opened && is_full(opened.error()) && reserve.release()) {
        opened = open_store(path, reserve);
    }
    return opened;
}

}  // namespace ledger_bridge::floor
