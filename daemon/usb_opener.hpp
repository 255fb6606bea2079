// Finds the configured Ledger among those that are plugged in, and opens it.
#pragma once

#include <functional>

#include "daemon/device_session.hpp"
#include "driver/device_lock.hpp"
#include "driver/device_name.hpp"
#include "driver/enumerate.hpp"
#include "driver/hid_backend.hpp"

namespace ledger_bridge::daemon {

struct UsbOptions {
    driver::HidBackend backend = driver::HidBackend::hidraw;
    driver::LockPlaces locks;
    // Another program's report arrived on an open device; called on the device's thread.
    std::function<void()> foreign_report = {};
};

// The candidates that a name leaves, before one is opened: pure.
// Errors: no_device (also when one is there in a state in which no app can be opened: the detail
// says which), several_devices for "usb".
Result<std::vector<driver::UsbDevice>> candidates(const driver::DeviceName& name,
                                                  const std::vector<driver::UsbDevice>& found);

// Opens the device of that name; a name of four words is compared with the seed's, which needs the
// Baking app open and unlocked. `clock` must outlive the opener and what it opens.
Opener usb_opener(const driver::DeviceName& name, const UsbOptions& options, const Clock& clock);

}  // namespace ledger_bridge::daemon
