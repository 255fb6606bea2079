// The configuration file (TOML) as a set of given options and tables.
#pragma once

#include <filesystem>

#include "daemon/config/policy_tables.hpp"

namespace ledger_bridge::daemon {

struct ConfigFile {
    GivenOptions options = {};
    std::vector<GivenPolicy> policies = {};
};

// Reads the file. Errors: bad_option for a file that cannot be read or is no TOML, an unknown key,
// a value of the wrong type; the detail names key, line and file. Values are not looked at.
Result<ConfigFile> read_config_file(const std::filesystem::path& file);

}  // namespace ledger_bridge::daemon
