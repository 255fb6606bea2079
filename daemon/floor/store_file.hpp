// Opens the state file, and decides whether it can be trusted.
#pragma once

#include <filesystem>

#include "daemon/floor/sqlite.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Creates the file when there is none, then opens it, checks that it is ours, of a version we know
// and intact, and makes everything in it durable. Errors: store_damaged, store_newer,
// store_unavailable.
Result<Database> open_store_file(const std::filesystem::path& path);

}  // namespace ledger_bridge::floor
