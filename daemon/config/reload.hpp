// What a daemon that runs takes over from options that were read again.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace ledger_bridge::daemon {

struct Reload {
    StartUp start_up;                        // the running one, with what may change as it is now
    std::vector<std::string> changed;        // options, each with its value: "log-level is debug"
    std::vector<std::string> needs_restart;  // names of options that keep what they had
};

// Options that may change: certificates, who may ask for what, deadline, level of the log. Pure.
// Errors: bad_option when what may change does not fit what may not: a listener that can be
// reached from other machines does not lose its client CA before it is closed.
Result<Reload> plan_reload(const StartUp& running, const StartUp& next);

}  // namespace ledger_bridge::daemon
