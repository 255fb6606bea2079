// The command line as a set of given options.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/options.hpp"

namespace ledger_bridge::daemon {

struct CommandLine {
    std::optional<std::string> message;  // the text of --help or --version
    std::optional<std::string> config;   // --config
    GivenOptions given;
    bool first_start = false;  // --first-start and --adopt-state are no options of the file
    bool adopt_state = false;
};

// `arguments` without the program's name. Errors: bad_option for an unknown option or word, a
// missing value, an option that is given twice and is no list. Values are not looked at.
Result<CommandLine> read_command_line(const std::vector<std::string>& arguments,
                                      std::string_view version);

}  // namespace ledger_bridge::daemon
