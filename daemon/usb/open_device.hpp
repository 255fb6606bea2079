// From a device's configured name to an open transport.
#pragma once

#include "daemon/usb/opener.hpp"
#include "daemon/usb/usb_opener.hpp"
#include "driver/device_name.hpp"

namespace ledger_bridge::daemon {

// `count` is called for every APDU that is sent. `clock` must outlive the opener and what it opens.
Opener opener_of(const driver::DeviceName& name,
                 const UsbOptions& usb,
                 const Clock& clock,
                 const std::function<void()>& count);

}  // namespace ledger_bridge::daemon
