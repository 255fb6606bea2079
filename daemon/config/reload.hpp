// What a daemon that runs takes over from options that were read again.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace ledger_bridge::daemon {

struct Reload {
    StartUp start_up;                  // as it is now
    std::vector<std::string> changed;  // options, each with its value: "log-level is debug"
};

// All of `next` or nothing. Options that may change: certificates, who may ask for what, deadline,
// level of the log. Pure.
// Errors: restart_needed names every other option that was changed; bad_option when the file that
// was read before is not there.
Result<Reload> plan_reload(const StartUp& running, const StartUp& next);

}  // namespace ledger_bridge::daemon
