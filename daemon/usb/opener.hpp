// What opens a device: the seam between a device's name and whoever talks to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"
#include "driver/enumerate.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::daemon {

struct OpenedDevice {
    std::unique_ptr<driver::Transport> transport;
    std::optional<driver::UsbDevice> usb = std::nullopt;  // nothing for tcp
    bool authorised = false;  // known to have a baking key; asked only where a seed is looked for
};

// Opens the configured device; blocks until the deadline at most. May be called again and again,
// on one thread at a time.
using Opener = std::function<Result<OpenedDevice>(const Deadline&)>;

}  // namespace ledger_bridge::daemon
