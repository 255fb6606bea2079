// What somebody gave for the options, as text, and where.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ledger_bridge::daemon {

using Values = std::vector<std::string>;

// The origin: "--http", or "http, line 3 of FILE".
struct Given {
    Values values;
    std::string origin;
};

using GivenOptions = std::map<std::string, Given, std::less<>>;

}  // namespace ledger_bridge::daemon
