// The two ways to a HID device on Linux, as people name them.
#pragma once

#include <optional>
#include <string_view>

namespace ledger_bridge::driver {

enum class HidBackend {
    hidraw,  // the kernel's HID driver keeps the device, several programs may read it; the default
    libusb,  // the kernel's HID driver is detached, the program has the interface for itself
};

std::string_view text(HidBackend backend);
// "hidraw" or "libusb", nothing else.
std::optional<HidBackend> parse_hid_backend(std::string_view text);

}  // namespace ledger_bridge::driver
