// The configuration file (TOML) as a set of given options.
#pragma once

#include <filesystem>

#include "daemon/config/options.hpp"

namespace ledger_bridge::daemon {

// Reads the file. Errors: bad_option for a file that cannot be read or is no TOML, an unknown key,
// a value of the wrong type; the detail names key, line and file. Values are not looked at.
Result<GivenOptions> read_config_file(const std::filesystem::path& file);

}  // namespace ledger_bridge::daemon
