// The [[policy]] tables of the configuration file; the command line has none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/options.hpp"

namespace ledger_bridge::daemon {

// One table: what its keys were given, and where it begins ("policy, line 3 of FILE").
struct GivenPolicy {
    GivenOptions values;
    std::string origin;
};

// What may stand for a key of such a table; nothing: there is no such key.
std::optional<Shape> policy_shape(std::string_view name);

// Whether each client and magic byte that a table names can come. Errors: bad_option.
Result<void> check_policies(const Config& config);

// Reads the tables into config.policies. A table that lets no request through, or says the same as
// another, is a mistake, so everything else in `config` must be set before.
// Errors: bad_option with the origin.
Result<void> apply_policies(const std::vector<GivenPolicy>& given, Config& config);

}  // namespace ledger_bridge::daemon
