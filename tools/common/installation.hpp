// What a tool takes from the daemon's configuration.
#pragma once

#include "daemon/config/config.hpp"
#include "driver/base/result.hpp"
#include "tools/common/options.hpp"

namespace ledger_bridge::tools {

// The tool's options over the daemon's configuration file over the defaults: without a daemon a
// tool must not look for another state directory, nor open the device in another way, than the
// installed daemon does. Errors: those of the daemon itself with such options or such a file.
Result<daemon::Config> read_installation(const CommonOptions& options);

// The one device that a command is for. Errors: several_devices, when the configuration has more.
Result<driver::DeviceName> only_device(const daemon::Config& config);

}  // namespace ledger_bridge::tools
