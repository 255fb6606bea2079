// Makes names durable: a file that was created or renamed is in its directory only after this.
#pragma once

#include <filesystem>

#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Error: store_unavailable.
Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace ledger_bridge::floor
