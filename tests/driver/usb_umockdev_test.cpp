// The same functions as in production, on the real /sys and /dev as umockdev shows them: what the
// tests over a tree of their own cannot see is whether the kernel's paths and udev's events fit.

#include <poll.h>

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "driver/enumerate.hpp"
#include "driver/hotplug.hpp"

#include <umockdev.h>

namespace ledger_bridge::driver {
namespace {

constexpr auto kApduDescriptor =
    "06A0FF0901A1010903150026FF007508954081080904150026FF00750895409108C0";

// A bus with one port after another, and the devices on it.
class Umockdev : public testing::Test {
protected:
    void SetUp() override {
        if (umockdev_in_mock_environment() == 0) {
            GTEST_SKIP() << "run me with umockdev-wrapper";
        }
    }
    ~Umockdev() override { g_object_unref(bed); }

    // Plugs a device in; its hidraw node has the port's number.
    void plug(int port, const std::string& product_id, const std::string& name) {
        const auto bus_path = "1-" + std::to_string(port);
        const auto node = "hidraw" + std::to_string(port);
        const auto hid = "0003:2C97:" + product_id + ".0001";
        const auto recording =
            "P: /devices/pci0/usb1/" + bus_path + "\nN: bus/usb/001/00" + std::to_string(port) +
            "\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: PRODUCT=2c97/" + product_id +
            "/201\nA: idVendor=2c97\\n\nA: idProduct=" + product_id + "\\n\nA: product=" + name +
            "\\n\nA: serial=0001\\n\nA: busnum=1\\n\nA: devnum=" + std::to_string(port) +
            "\\n\n\nP: /devices/pci0/usb1/" + bus_path + "/" + bus_path +
            ":1.0\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nE: PRODUCT=2c97/" + product_id +
            "/201\nA: bInterfaceNumber=00\\n\nA: bInterfaceClass=03\\n\n\nP: /devices/pci0/usb1/" +
            bus_path + "/" + bus_path + ":1.0/" + hid +
            "\nE: SUBSYSTEM=hid\nH: report_descriptor=" + kApduDescriptor +
            "\n\nP: /devices/pci0/usb1/" + bus_path + "/" + bus_path + ":1.0/" + hid + "/hidraw/" +
            node + "\nN: " + node + "\nE: SUBSYSTEM=hidraw\n\n";
        GError* error = nullptr;
        ASSERT_TRUE(umockdev_testbed_add_from_string(bed, recording.c_str(), &error))
            << error->message << "\n"
            << recording;
    }

    void uevent(int port, const std::string& product_id, const char* action, bool hidraw) {
        const auto bus_path = "1-" + std::to_string(port);
        auto syspath = "/sys/devices/pci0/usb1/" + bus_path;
        if (hidraw) {
            syspath += "/" + bus_path + ":1.0/0003:2C97:" + product_id + ".0001/hidraw/hidraw" +
                       std::to_string(port);
        }
        umockdev_testbed_uevent(bed, syspath.c_str(), action);
    }

    UMockdevTestbed* bed = umockdev_testbed_new();
};

struct Model {
    std::string open;
    std::string bootloader;
    std::string name;
};

// Written down apart from the table.
const std::array<Model, 6> kModels{{{"1011", "0001", "Nano S"},
                                    {"4011", "0004", "Nano X"},
                                    {"5011", "0005", "Nano S Plus"},
                                    {"6011", "0006", "Stax"},
                                    {"7011", "0007", "Flex"},
                                    {"8011", "0008", "Apex P"}}};

// umockdev's nodes have no rights to look at: those are tested over a tree of our own.
TEST_F(Umockdev, EveryModelIsFoundWithAnAppOpen) {
    int port = 0;
    for (const auto& model : kModels) {
        plug(++port, model.open, model.name);
        const auto devices = enumerate();
        ASSERT_EQ(devices.size(), static_cast<std::size_t>(port)) << model.name;
        const auto& last = devices.back();
        EXPECT_EQ(last.model, model.name);
        EXPECT_EQ(last.product, model.name);
        EXPECT_EQ(last.state, ProductState::app_or_dashboard);
        EXPECT_EQ(last.bus_path, "1-" + std::to_string(port));
        EXPECT_EQ(last.path, "1-" + std::to_string(port) + ":1.0");
        EXPECT_EQ(last.hidraw, "/dev/hidraw" + std::to_string(port));
        EXPECT_EQ(last.usb_node, "/dev/bus/usb/001/00" + std::to_string(port));
    }
}

TEST_F(Umockdev, EveryModelIsFoundInItsBootloader) {
    int port = 0;
    for (const auto& model : kModels) {
        plug(++port, model.bootloader, model.name);
        const auto devices = enumerate();
        ASSERT_EQ(devices.size(), static_cast<std::size_t>(port)) << model.name;
        EXPECT_EQ(devices.back().model, model.name);
        EXPECT_EQ(devices.back().state, ProductState::bootloader_or_recovery);
    }
}

bool is_readable(int fd) {
    pollfd watched{fd, POLLIN, 0};
    return ::poll(&watched, 1, 5000) == 1;
}

// Reads until `count` events came or nothing more comes.
std::vector<HotplugEvent> next_events(Hotplug& hotplug, std::size_t count) {
    std::vector<HotplugEvent> all;
    while (all.size() < count && is_readable(hotplug.fd())) {
        const auto events = hotplug.read();
        if (!events) {
            ADD_FAILURE() << events.error().text();
            return all;
        }
        all.insert(all.end(), events->begin(), events->end());
    }
    return all;
}

TEST_F(Umockdev, PlugAndUnplugAreHeard) {
    plug(1, "5011", "Nano S Plus");
    const auto hotplug = Hotplug::start();
    ASSERT_TRUE(hotplug) << hotplug.error().text();
    EXPECT_TRUE((*hotplug)->read().value().empty());
    for (const auto& [name, action] :
         {std::pair("add", HotplugAction::added), std::pair("remove", HotplugAction::removed)}) {
        uevent(1, "5011", name, false);
        uevent(1, "5011", name, true);
        const std::vector<HotplugEvent> expected{{action, HotplugNode::usb_device, "1-1"},
                                                 {action, HotplugNode::hidraw, "1-1"}};
        EXPECT_EQ(next_events(**hotplug, 2), expected);
    }
    EXPECT_TRUE((*hotplug)->read().value().empty());
}

}  // namespace
}  // namespace ledger_bridge::driver
