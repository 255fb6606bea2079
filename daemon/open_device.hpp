// From a device's configured name to an open transport.
#pragma once

#include "daemon/device_session.hpp"
#include "daemon/usb_opener.hpp"
#include "driver/device_name.hpp"

namespace ledger_bridge::daemon {

// The opener of a device session; may be called again and again. `count` is called for every
// APDU that is sent. `clock` must outlive it.
Opener opener_of(const driver::DeviceName& name,
                 const UsbOptions& usb,
                 const Clock& clock,
                 const std::function<void()>& count);

}  // namespace ledger_bridge::daemon
