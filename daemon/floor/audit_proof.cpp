#include "daemon/floor/audit_proof.hpp"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/store_rows.hpp"

namespace ledger_bridge::floor {

namespace {

constexpr std::size_t kMostShown = 100;
constexpr auto* kDouble = "two digests share a mark";
constexpr auto* kOtherImport = "another digest was imported where one was signed";
constexpr std::string_view kColumns =
    "SELECT time, key, chain, kind, level, round, digest, verdict, reason, device FROM audit";

using Visit = std::function<void(const AuditRow&)>;

Result<void> each_row(Database& database, std::string_view rest, const Visit& visit) {
    const auto statement = database.prepare(fmt::format("{} {}", kColumns, rest));
    if (!statement) {
        return statement.error();
    }
    Query query(*statement);
    for (;;) {
        const auto there = query.step();
        if (!there || !*there) {
            return there ? Result<void>() : there.error();
        }
        const auto row = read_audit(query);
        if (!row) {
            return row.error();
        }
        visit(*row);
    }
}

void add(AuditProof& proof, std::string rule, const AuditRow& first, const AuditRow& second) {
    ++proof.violations;
    if (proof.shown.size() < kMostShown) {
        proof.shown.push_back({std::move(rule), first, second});
    }
}

// A signature of it was given out here, or may have been.
bool is_signed(const AuditRow& row) {
    return row.verdict == kSignVerdict || row.verdict == kRepeatVerdict;
}

// An import finds that a position is used elsewhere too, by other bytes: that is no digest.
bool differs(const AuditRow& given, const AuditRow& row) {
    return given.key == row.key && given.position == row.position && given.digest != row.digest &&
           (is_signed(row) || row.digest != kUnknownDigest);
}

// In whatever order they were written: rows of one mark stand together here, imported ones last.
Result<void> find_doubles(Database& database, AuditProof& proof) {
    std::optional<AuditRow> given;
    return each_row(database,
                    "WHERE verdict IN ('sign', 'repeat', 'import') "
                    "ORDER BY key, chain, kind, level, round, verdict = 'import', id",
                    [&](const AuditRow& row) {
                        if (given && differs(*given, row)) {
                            add(proof, is_signed(row) ? kDouble : kOtherImport, *given, row);
                        }
                        if (is_signed(row)) {
                            given = row;
                        }
                    });
}

// A repeat is written some time after it was given, so it may stand behind a higher mark.
bool is_last(const AuditRow& row, const AuditRow& known) {
    return row.verdict == kRepeatVerdict ? row.position > known.position
                                         : row.position >= known.position;
}

// In the order in which they were written; leaves the last row of each mark in `last`.
Result<void> follow_marks(Database& database,
                          AuditProof& proof,
                          std::map<MarkKey, AuditRow>& last) {
    return each_row(database, "ORDER BY id", [&](const AuditRow& row) {
        ++proof.verdicts[row.verdict];
        proof.from = proof.from.value_or(row.time);
        proof.to = row.time;
        if (!is_signed(row) && row.verdict != kImportVerdict) {
            return;
        }
        const auto [known, first] = last.try_emplace(row.key, row);
        if (!first && row.verdict == kSignVerdict && row.position <= known->second.position) {
            add(proof, "a mark was signed at or below another", known->second, row);
        }
        if (is_last(row, known->second)) {
            known->second = row;
        }
    });
}

AuditRow row_of(const StoredMark& stored) {
    const auto& mark = stored.mark;
    return {mark.time, stored.key, mark.position, mark.digest, "mark", "", ""};
}

void compare(AuditProof& proof, const AuditRow& last, const std::optional<StoredMark>& stored) {
    if (!stored) {
        return add(proof, "a mark is gone", last, {last.time, last.key, {}, {}, "mark", "", ""});
    }
    const auto& mark = stored->mark;
    if (mark.position < last.position) {
        add(proof, "the stored mark is lower than what was signed", last, row_of(*stored));
    } else if (mark.position == last.position && mark.digest != last.digest &&
               mark.digest != kUnknownDigest) {
        add(proof, "the stored mark has another digest", last, row_of(*stored));
    }
}

Result<void> compare_marks(Database& database,
                           AuditProof& proof,
                           const std::map<MarkKey, AuditRow>& last) {
    const auto statement = database.prepare(kReadMark);
    if (!statement) {
        return statement.error();
    }
    for (const auto& [key, row] : last) {
        Query query(*statement);
        bind_key(query, key);
        const auto there = query.step();
        if (!there) {
            return there.error();
        }
        std::optional<StoredMark> stored;
        if (*there) {
            const auto mark = read_mark(query);
            if (!mark) {
                return mark.error();
            }
            stored = *mark;
        }
        compare(proof, row, stored);
    }
    return {};
}

// All of it, of one moment.
Result<AuditProof> prove(Database& database) {
    AuditProof proof;
    std::map<MarkKey, AuditRow> last;
    auto done = database.execute("BEGIN");
    if (done) {
        done = follow_marks(database, proof, last);
    }
    if (done) {
        done = find_doubles(database, proof);
    }
    if (done) {
        done = compare_marks(database, proof, last);
    }
    return done ? Result<AuditProof>(std::move(proof)) : done.error();
}

}  // namespace

Result<AuditProof> prove_audit(const std::filesystem::path& state_directory) {
    auto database = Database::open(state_directory / kStoreFile);
    if (!database) {
        return database.error();
    }
    const auto only_reads = database->execute("PRAGMA query_only = ON");
    return only_reads ? prove(*database) : only_reads.error();
}

}  // namespace ledger_bridge::floor
