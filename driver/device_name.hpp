// How people name a device: on the command line, in the configuration and in logs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "driver/errors.hpp"

namespace ledger_bridge::driver {

enum class DeviceKind {
    usb_only,  // "usb": the one device there is
    usb_name,  // "usb:<adjective-animal-adjective-animal>": that seed, on whichever port
    usb_path,  // "usb:@<hidraw node or bus path>": that port
    tcp,       // "tcp://host:port": the emulator wire; IPv6 addresses in square brackets
};

struct DeviceName {
    DeviceKind kind = DeviceKind::usb_only;
    std::string host;        // tcp; without brackets
    std::uint16_t port = 0;  // tcp; 1 to 65535
    std::string name;        // usb_name; four lower-case words joined by hyphens
    std::string path;        // usb_path; not empty

    // The form that parse_device_name reads.
    [[nodiscard]] std::string text() const;

    bool operator==(const DeviceName&) const = default;
};

// Errors: bad_device_name.
Result<DeviceName> parse_device_name(std::string_view text);

}  // namespace ledger_bridge::driver
