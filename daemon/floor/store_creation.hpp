// Creates the state file so that a crash leaves none or a whole one.
#pragma once

#include <cstdint>
#include <filesystem>

#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// In the file's header: whose SQLite file it is, and which tables it has.
inline constexpr std::int64_t kApplicationId = 0x4c427266;  // "LBrf"
inline constexpr std::int64_t kSchemaVersion = 1;

// Writes a file without marks under another name, saves it, then renames it to `path`, where there
// must be none. Error: store_unavailable.
Result<void> create_store_file(const std::filesystem::path& path);

}  // namespace ledger_bridge::floor
