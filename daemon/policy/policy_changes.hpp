// What another configuration changes for each key, in words. Pure.
#pragma once

#include <string>
#include <vector>

#include "daemon/policy/key_policy.hpp"

namespace ledger_bridge::daemon {

// "policy of tz1… is block on mainnet for unix, was every kind on …", one text for each key that is
// named before or after and for which something changes, then one for all others, "*".
std::vector<std::string> policy_changes(const KeyPolicies& before, const KeyPolicies& after);

}  // namespace ledger_bridge::daemon
