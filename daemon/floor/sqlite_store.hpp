// Keeps the watermarks in one SQLite file of the state directory.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "daemon/floor/local_store.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// The file's name in the state directory; SQLite keeps `-wal` and `-shm` beside it.
inline constexpr std::string_view kStoreFile = "watermarks.sqlite";
// Space for writes on a full disk; without meaning.
inline constexpr std::string_view kReserveFile = "reserve";

// Opens the file, or creates it when there is none; checks its integrity and that it is ours.
// The caller holds the lock of the directory. The store may be handed to another thread.
//
// A file that is there is never replaced, whatever its state. Errors: store_damaged (empty,
// foreign, corrupted, other tables), store_newer, store_unavailable (cannot be read or written).
Result<std::unique_ptr<LocalStore>> open_sqlite_store(const std::filesystem::path& state_dir);

}  // namespace ledger_bridge::floor
