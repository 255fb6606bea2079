// Creates the state file so that a crash leaves none or a whole one, and brings an older one up to
// date in one transaction.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "daemon/floor/sqlite.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// In the file's header: whose SQLite file it is, and which tables it has.
inline constexpr std::int64_t kApplicationId = 0x4c427266;  // "LBrf"
inline constexpr std::int64_t kSchemaVersion = 3;

// The file of that suffix next to `path`, as SQLite names its own.
std::filesystem::path beside(const std::filesystem::path& path, std::string_view suffix);

// Writes a file without marks under another name, saves it, then renames it to `path`, where there
// must be none. Error: store_unavailable.
Result<void> create_store_file(const std::filesystem::path& path);

// Gives a file of `version` the tables and the seal that it lacks; every row stays as it is. A
// crash leaves the old file or the new one. Error: store_unavailable, store_damaged.
Result<void> migrate_store(Database& database, std::int64_t version);

}  // namespace ledger_bridge::floor
