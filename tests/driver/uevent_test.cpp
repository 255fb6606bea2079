#include <gtest/gtest.h>

#include "driver/hotplug.hpp"

namespace ledger_bridge::driver {
namespace {

constexpr auto kPort = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.2";

Uevent hidraw_uevent(const std::string& action) {
    const auto hid = std::string(kPort) + "/1-1.2:1.0/0003:2C97:5011.0001";
    return {
        .action = action, .subsystem = "hidraw", .syspath = hid + "/hidraw/hidraw0", .product = ""};
}

Uevent usb_uevent(const std::string& action) {
    return {.action = action, .subsystem = "usb", .syspath = kPort, .product = "2c97/5011/201"};
}

TEST(HotplugEvent, NamesThePortOfALedgerThatComesOrGoes) {
    using enum HotplugAction;
    using enum HotplugNode;
    EXPECT_EQ(hotplug_event(hidraw_uevent("add")), (HotplugEvent{added, hidraw, "1-1.2"}));
    EXPECT_EQ(hotplug_event(hidraw_uevent("remove")), (HotplugEvent{removed, hidraw, "1-1.2"}));
    EXPECT_EQ(hotplug_event(usb_uevent("add")), (HotplugEvent{added, usb_device, "1-1.2"}));
    EXPECT_EQ(hotplug_event(usb_uevent("remove")), (HotplugEvent{removed, usb_device, "1-1.2"}));
}

TEST(HotplugEvent, IsNothingForOtherActions) {
    for (const auto* action : {"", "change", "bind", "unbind", "move", "online"}) {
        EXPECT_EQ(hotplug_event(hidraw_uevent(action)), std::nullopt) << action;
        EXPECT_EQ(hotplug_event(usb_uevent(action)), std::nullopt) << action;
    }
}

TEST(HotplugEvent, IsNothingForOtherDevices) {
    auto mouse = hidraw_uevent("add");
    mouse.syspath = std::string(kPort) + "/1-1.2:1.0/0003:046D:C077.0002/hidraw/hidraw1";
    auto bluetooth = hidraw_uevent("add");
    bluetooth.syspath = "/sys/devices/virtual/misc/uhid/0005:2C97:5011.0003/hidraw/hidraw2";
    auto hub = usb_uevent("add");
    hub.product = "1d6b/2/510";
    auto unplaced = usb_uevent("add");
    unplaced.syspath = "/sys/devices/usb1";
    auto input = hidraw_uevent("add");
    input.subsystem = "input";
    for (const auto& uevent : {mouse, bluetooth, hub, unplaced, input, Uevent{}}) {
        EXPECT_EQ(hotplug_event(uevent), std::nullopt) << uevent.syspath;
    }
}

// The daemon's own opening through libusb takes the hidraw node away, and its closing brings it
// back.
TEST(HotplugEvent, OnlyTheNodeThatIsOpenedIsAReasonToLook) {
    for (const auto* action : {"add", "remove"}) {
        const auto hidraw = hotplug_event(hidraw_uevent(action)).value();
        const auto usb = hotplug_event(usb_uevent(action)).value();
        EXPECT_TRUE(concerns(hidraw, HidBackend::hidraw)) << action;
        EXPECT_FALSE(concerns(hidraw, HidBackend::libusb)) << action;
        EXPECT_TRUE(concerns(usb, HidBackend::libusb)) << action;
        EXPECT_FALSE(concerns(usb, HidBackend::hidraw)) << action;
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
