// Whether every row that was written is still there. Internal to this folder.
#pragma once

#include <string_view>

#include "daemon/floor/sqlite.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// A row's checksum cannot tell that another row is gone: a page number that flipped in the file's
// schema or in a tree shows fewer rows, each of them sound. The seal is BLAKE2b-256 over the
// checksums of all rows of mark, device and adopted, in ascending order, and stands in the row of
// `pulse`, which every transaction writes anyway. It is compared before a transaction writes, so
// that none makes a loss look like what was meant.

inline constexpr std::string_view kReadChecksums =
    "SELECT checksum FROM mark UNION ALL SELECT checksum FROM device "
    "UNION ALL SELECT checksum FROM adopted ORDER BY 1";
inline constexpr std::string_view kReadSeal = "SELECT seal FROM pulse WHERE id = 0";
inline constexpr std::string_view kWriteSeal = "UPDATE pulse SET seal = ? WHERE id = 0";

struct SealStatements {
    Statement read_checksums;
    Statement read_seal;
    Statement write_seal;
};

// Errors: those of Database::prepare().
Result<SealStatements> prepare_seal(Database& database);

// Error: store_damaged when rows are missing or others are there.
Result<void> check_seal(const SealStatements& statements);

// Within the transaction that changed rows, or that gave an older file its seal.
Result<void> write_seal(const SealStatements& statements);

}  // namespace ledger_bridge::floor
