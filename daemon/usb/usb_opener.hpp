// Finds the configured Ledger among those that are plugged in, and opens it.
#pragma once

#include <functional>
#include <vector>

#include "daemon/usb/opener.hpp"
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
    driver::DeviceTree tree = {};
};

// Opens one device that was found.
using OpenFound =
    std::function<Result<std::unique_ptr<driver::Transport>>(const driver::UsbDevice&)>;

// The candidates that a name leaves, before one is opened: pure.
// Errors: no_device, several_devices for "usb"; the detail lists what is there.
Result<std::vector<driver::UsbDevice>> candidates(const driver::DeviceName& name,
                                                  const std::vector<driver::UsbDevice>& found);

// Opens the device of that name among `found`. A name of four words is compared with the seed's,
// which needs the Baking app open and unlocked; of several with that seed, the first that is
// authorised for baking is opened, else the first.
//
// Errors: those of candidates() and of `open`; bootloader and unknown_product for a device with
// such an id that does not answer as an app does. Where no seed fits a name of four words and some
// device did not say its own, the error is the reason of the first of these, and the detail says
// where it is: it may be the one that is looked for.
Result<OpenedDevice> open_found(const driver::DeviceName& name,
                                const std::vector<driver::UsbDevice>& found,
                                const OpenFound& open,
                                const Deadline& deadline);

// Both together with the devices of this machine, each under its lock. `clock` must outlive the
// opener and what it opens.
OpenFound locked_opener(const UsbOptions& options, const Clock& clock);
Opener usb_opener(const driver::DeviceName& name, const UsbOptions& options, const Clock& clock);

}  // namespace ledger_bridge::daemon
