#include <algorithm>
#include <filesystem>

#include "driver/hotplug.hpp"

namespace ledger_bridge::driver {

namespace {

// The kernel names a HID device by bus, vendor and product, in upper case: "0003:2C97:5011.0001".
constexpr std::string_view kHidName = "0003:2C97:";
constexpr std::string_view kProductStart = "2c97/";

std::optional<HotplugAction> action_of(const std::string& action) {
    if (action == "add") {
        return HotplugAction::added;
    }
    return action == "remove" ? std::optional(HotplugAction::removed) : std::nullopt;
}

// A port: "1-1.2", not "usb1" nor the interface "1-1.2:1.0".
bool is_bus_path(const std::string& name) {
    const auto in_port = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; };
    return name.find('-') != std::string::npos && std::all_of(name.begin(), name.end(), in_port);
}

// The device's own port comes after those of the hubs.
std::string last_bus_path(const std::filesystem::path& syspath) {
    std::string found;
    for (const auto& part : syspath) {
        if (is_bus_path(part.string())) {
            found = part.string();
        }
    }
    return found;
}

bool is_hidraw_of_ledger(const Uevent& uevent) {
    const std::filesystem::path path(uevent.syspath);
    return uevent.subsystem == "hidraw" &&
           std::any_of(path.begin(), path.end(), [](const auto& part) {
               return part.string().starts_with(kHidName);
           });
}

}  // namespace

std::optional<HotplugEvent> hotplug_event(const Uevent& uevent) {
    const auto action = action_of(uevent.action);
    const bool hidraw = is_hidraw_of_ledger(uevent);
    const bool usb = uevent.subsystem == "usb" && uevent.product.starts_with(kProductStart);
    const auto bus_path = last_bus_path(uevent.syspath);
    if (!action || !(hidraw || usb) || bus_path.empty()) {
        return std::nullopt;
    }
    return HotplugEvent{*action, hidraw ? HotplugNode::hidraw : HotplugNode::usb_device, bus_path};
}

bool concerns(const HotplugEvent& event, HidBackend backend) {
    const auto opened =
        backend == HidBackend::libusb ? HotplugNode::usb_device : HotplugNode::hidraw;
    return event.node == opened;
}

}  // namespace ledger_bridge::driver
