// Carries commands to the device itself, when no daemon runs.
#pragma once

#include <memory>

#include "daemon/config/config.hpp"
#include "tools/common/carrier.hpp"

namespace ledger_bridge::tools {

// Takes the lock of the daemon's state directory and that of the device, so that the device is
// never fought over, then opens it. One that is locked or has another app open is told by run().
// Errors: several_devices and everything else that keeps a device from being opened
// (daemon/usb/usb_opener.hpp); no_state_directory, store_locked and the store's.
Result<std::unique_ptr<Carrier>> open_device(const daemon::Config& installation,
                                             Need need,
                                             const Clock& clock);

}  // namespace ledger_bridge::tools
