// Finds the Ledger devices on USB, without opening one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "driver/errors.hpp"
#include "driver/hid_backend.hpp"
#include "driver/usb_products.hpp"

namespace ledger_bridge::driver {

// Where the kernel shows its devices; tests give a tree of their own.
struct DeviceTree {
    std::filesystem::path sys = "/sys";
    std::filesystem::path dev = "/dev";
};

struct UsbDevice {
    std::string path;      // the interface as sysfs and the libusb backend name it: "1-1.2:1.0"
    std::string bus_path;  // the port: "1-1.2"; stays when the open app changes
    std::string usb_node;  // "/dev/bus/usb/001/004"
    std::string hidraw;    // "/dev/hidraw0"; empty while the kernel's HID driver is not on it
    std::uint16_t product_id = 0;
    ProductState state = ProductState::unknown;
    std::string model;    // "Nano S Plus"; "unknown" when the table has no such id
    std::string product;  // the device's own words, control characters replaced
    std::string serial;
    bool claimed = false;  // a program has it through libusb: this one or another
    // This process may read and write the nodes, as far as their permissions say.
    bool hidraw_accessible = false;
    bool usb_accessible = false;

    // "Nano S Plus at 1-1.2 (/dev/hidraw0)"
    [[nodiscard]] std::string text() const;

    bool operator==(const UsbDevice&) const = default;
};

// Every device of the vendor with a HID interface for APDUs: the one of usage page ffa0, or else
// number 0. Sorted by port. None when the machine has no USB.
// Some milliseconds; any thread. A device that goes meanwhile is left out.
std::vector<UsbDevice> enumerate(const DeviceTree& tree = {});

// What open_report_port() opens.
// Errors: permission_denied (names the node), device_busy (hidraw: a program has claimed the
// interface through libusb), no_hid_driver (hidraw: no node).
Result<std::string> openable_path(const UsbDevice& device, HidBackend backend);

}  // namespace ledger_bridge::driver
