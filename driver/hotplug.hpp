// Hears when a Ledger is plugged in or pulled out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/errors.hpp"
#include "driver/hid_backend.hpp"

namespace ledger_bridge::driver {

enum class HotplugAction { added, removed };
enum class HotplugNode { hidraw, usb_device };

struct HotplugEvent {
    HotplugAction action = HotplugAction::added;
    HotplugNode node = HotplugNode::hidraw;
    std::string bus_path;  // "1-1.2", as in UsbDevice

    bool operator==(const HotplugEvent&) const = default;
};

// What udev says of one device.
struct Uevent {
    std::string action;     // "add", "remove" and others
    std::string subsystem;  // "hidraw", "usb"
    std::string syspath;
    std::string product;  // the property PRODUCT, "2c97/5011/201"; usb devices alone have it
};

// Nothing for other devices and other actions. On a removal sysfs has nothing left to ask, so the
// vendor is read from the path of a hidraw node and from the properties of a usb device.
std::optional<HotplugEvent> hotplug_event(const Uevent& uevent);

// Whether an event is a reason to look for devices that are opened through `backend`: the node that
// it opens came or went. With libusb the program's own opening and closing removes and adds the
// hidraw node; with hidraw the USB node comes before there is anything to open.
bool concerns(const HotplugEvent& event, HidBackend backend);

// Events come after udev's rules were applied, so permissions are in place. They can get lost: an
// event is a reason to enumerate, not a fact to rely on. One thread.
class Hotplug {
public:
    // Errors: system (no netlink socket; then enumerating from time to time is all there is).
    static Result<std::unique_ptr<Hotplug>> start();

    Hotplug(const Hotplug&) = delete;
    Hotplug& operator=(const Hotplug&) = delete;
    Hotplug(Hotplug&&) = delete;
    Hotplug& operator=(Hotplug&&) = delete;
    ~Hotplug();

    // Readable when read() has something to do. Owned by this object.
    [[nodiscard]] int fd() const;
    // The events since the last call, in order; none when only other devices came or went. Never
    // blocks. Errors: system; then this object is of no further use.
    Result<std::vector<HotplugEvent>> read();

private:
    struct Monitor;
    explicit Hotplug(std::unique_ptr<Monitor> monitor);

    std::unique_ptr<Monitor> monitor_;
};

}  // namespace ledger_bridge::driver
