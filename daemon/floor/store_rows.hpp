// What the rows of the state file mean; each carries a checksum over its other columns.
#pragma once

#include <string_view>

#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/watermark_store.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// SQLite checks the structure of its file but not the contents; the checksum (BLAKE2b-256) makes a
// flipped bit or an edit by hand show itself as store_damaged instead of as another watermark.

inline constexpr std::string_view kWriteMark =
    "INSERT OR REPLACE INTO mark "
    "(key, chain, kind, level, round, digest, signature, time, checksum) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr std::string_view kReadMark =
    "SELECT key, chain, kind, level, round, digest, signature, time, checksum FROM mark "
    "WHERE key = ? AND chain = ? AND kind = ?";
inline constexpr std::string_view kReadMarks =
    "SELECT key, chain, kind, level, round, digest, signature, time, checksum FROM mark "
    "ORDER BY key, chain, kind";
inline constexpr std::string_view kWriteDevice =
    "INSERT OR REPLACE INTO device "
    "(name, curve, path, public_key, chain, main_level, main_round, test_level, test_round, seen, "
    "checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr std::string_view kReadDevices =
    "SELECT name, curve, path, public_key, chain, main_level, main_round, test_level, test_round, "
    "seen, checksum FROM device ORDER BY name";

inline constexpr std::string_view kWriteAdopted =
    "INSERT OR REPLACE INTO adopted (device, key, scope, chain, level, origin, time, checksum) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr std::string_view kEndAdopted =
    "DELETE FROM adopted WHERE device = ? AND key = ? AND scope = ? AND chain = ?";
inline constexpr std::string_view kReadAdopted =
    "SELECT device, key, scope, chain, level, origin, time, checksum FROM adopted "
    "ORDER BY device, key, scope, chain";

inline constexpr std::string_view kWriteAudit =
    "INSERT INTO audit (time, key, chain, kind, level, round, digest, verdict, reason, device) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// More than one for each new row, so that a lowered number is reached, but never many at once.
inline constexpr std::string_view kPruneAudit =
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit "
    "WHERE id <= (SELECT max(id) FROM audit) - ? ORDER BY id LIMIT 4)";

// The parameters of the statements above.
void bind_key(Query& query, const MarkKey& key);
void bind_mark(Query& query, const StoredMark& stored);
void bind_device(Query& query, const DeviceRecord& device);
void bind_adopted_key(Query& query, const AdoptedLevel& adopted);
void bind_adopted(Query& query, const AdoptedLevel& adopted);
void bind_audit(Query& query, const AuditRow& row);

// The row that was stepped to. Error: store_damaged, which names the row.
Result<StoredMark> read_mark(const Query& query);
Result<DeviceRecord> read_device(const Query& query);
Result<AdoptedLevel> read_adopted(const Query& query);
// Columns in the order of kWriteAudit. It has no checksum: what it proves is compared with marks.
Result<AuditRow> read_audit(const Query& query);

}  // namespace ledger_bridge::floor
