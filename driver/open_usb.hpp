// From a device that was found to a locked, open transport.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "driver/enumerate.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::driver {

struct UsbOpening {
    HidBackend backend = HidBackend::hidraw;
    std::filesystem::path lock_directory;
    // Called on the owning thread for each report that belongs to another program; may be empty.
    std::function<void()> foreign_report = {};
};

// Takes the device's lock and opens it; the lock is given back after the device was closed. The
// transport belongs to the thread that uses it. `clock` must outlive it.
//
// Errors: those of openable_path, DeviceLock::take and open_report_port; disconnected when the
// device went in between.
Result<std::unique_ptr<Transport>> open_usb(const UsbDevice& device,
                                            const UsbOpening& opening,
                                            const Clock& clock);

}  // namespace ledger_bridge::driver
