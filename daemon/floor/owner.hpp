// Keeps what root makes usable for the user that the daemon runs as.
#pragma once

#include <filesystem>

namespace ledger_bridge::floor {

// Gives `path` the owner and group of `directory` when this process is root's; else nothing is
// different already. A failure shows itself when the daemon cannot open the file.
void give_to_owner_of(const std::filesystem::path& directory, const std::filesystem::path& path);

}  // namespace ledger_bridge::floor
