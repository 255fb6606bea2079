// Carries commands to the device itself, when no daemon runs.
#pragma once

#include <memory>

#include "tools/common/carrier.hpp"

namespace ledger_bridge::tools {

// Takes the lock of the daemon's state directory, so that the device is never fought over, then
// opens and identifies the device.
// Errors: usb_not_supported, bad_device_name, no_device; no_state_directory, store_locked and the
// store's; a locked device or another app only when a command needs more than to say so.
Result<std::unique_ptr<Carrier>> open_device(const CommonOptions& options,
                                             Need need,
                                             const Clock& clock);

}  // namespace ledger_bridge::tools
