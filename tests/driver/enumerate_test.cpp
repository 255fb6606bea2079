#include "driver/enumerate.hpp"

#include <gtest/gtest.h>

#include "tests/driver/usb_tree.hpp"

namespace ledger_bridge::driver {
namespace {

namespace fs = std::filesystem;

class Enumerate : public testing::Test {
protected:
    [[nodiscard]] std::vector<UsbDevice> found() const { return enumerate(tree.places()); }

    test::UsbTree tree;
};

TEST_F(Enumerate, DescribesADeviceInFull) {
    tree.add({.bus_path = "1-1.2"});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 1U);
    const UsbDevice expected{.path = "1-1.2:1.0",
                             .bus_path = "1-1.2",
                             .usb_node = tree.node("bus/usb/001/004"),
                             .hidraw = tree.node("hidraw0"),
                             .product_id = 0x5011,
                             .state = ProductState::app_or_dashboard,
                             .model = "Nano S Plus",
                             .product = "Nano S Plus",
                             .serial = "0001",
                             .claimed = false,
                             .hidraw_accessible = true,
                             .usb_accessible = true};
    EXPECT_EQ(devices[0], expected);
    EXPECT_EQ(devices[0].text(), "Nano S Plus at 1-1.2 (" + tree.node("hidraw0") + ")");
}

// Written down apart from the table.
TEST_F(Enumerate, KnowsEveryModelOpenAndInItsBootloader) {
    struct Model {
        std::string open;
        std::string bootloader;
        std::string name;
    };
    const std::vector<Model> models{{"1011", "0001", "Nano S"},
                                    {"4011", "0004", "Nano X"},
                                    {"5011", "0005", "Nano S Plus"},
                                    {"6011", "0006", "Stax"},
                                    {"7011", "0007", "Flex"},
                                    {"8011", "0008", "Apex P"},
                                    {"9011", "", "Apex M"}};
    EXPECT_EQ(models.size(), usb_products().size());
    for (const auto& model : models) {
        for (const auto& [id, state] :
             {std::pair(model.open, ProductState::app_or_dashboard),
              std::pair(model.bootloader, ProductState::bootloader_or_recovery)}) {
            if (id.empty()) {
                continue;
            }
            tree.add({.product_id = id});
            const auto devices = found();
            ASSERT_EQ(devices.size(), 1U) << id;
            EXPECT_EQ(devices[0].model, model.name);
            EXPECT_EQ(devices[0].state, state) << id;
            tree.remove("1-1");
        }
    }
}

TEST_F(Enumerate, NamesAnIdThatIsNotInTheTableAsUnknown) {
    tree.add({.product_id = "f011"});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].model, "unknown");
    EXPECT_EQ(devices[0].state, ProductState::unknown);
    EXPECT_EQ(devices[0].product_id, 0xf011);
}

TEST_F(Enumerate, FindsTwoDevicesSortedByPort) {
    tree.add({.bus_path = "1-2", .number = 5, .interfaces = {{.hidraw = "hidraw0"}}});
    tree.add({.bus_path = "1-1.4", .number = 6, .interfaces = {{.hidraw = "hidraw1"}}});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[0].bus_path, "1-1.4");
    EXPECT_EQ(devices[0].hidraw, tree.node("hidraw1"));
    EXPECT_EQ(devices[1].bus_path, "1-2");
    EXPECT_EQ(devices[1].hidraw, tree.node("hidraw0"));
}

TEST_F(Enumerate, LeavesOutOtherVendorsAndDevicesWithoutHid) {
    tree.add({.bus_path = "1-1", .vendor = "046d", .product_id = "c077"});
    tree.add({.bus_path = "1-2", .interfaces = {{.hid_class = "ff", .hidraw = ""}}});
    tree.add({.bus_path = "1-3", .interfaces = {}});
    EXPECT_TRUE(found().empty());
}

TEST_F(Enumerate, TakesTheInterfaceOfTheUsagePageBeforeTheFirst) {
    tree.add({.interfaces = {{.hidraw = "hidraw0", .descriptor = test::kKeyboardDescriptor},
                             {.hidraw = "hidraw1", .descriptor = test::kFidoDescriptor},
                             {.hidraw = "hidraw2", .descriptor = test::kApduDescriptor}}});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].path, "1-1:1.2");
    EXPECT_EQ(devices[0].hidraw, tree.node("hidraw2"));
}

TEST_F(Enumerate, TakesTheFirstInterfaceWhereNoneHasTheUsagePage) {
    tree.add({.interfaces = {{.hidraw = "hidraw0", .descriptor = "06"},
                             {.hidraw = "hidraw1", .descriptor = test::kFidoDescriptor}}});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].hidraw, tree.node("hidraw0"));
}

TEST_F(Enumerate, LeavesOutADeviceOfWhichOnlyALaterInterfaceIsHid) {
    tree.add({.interfaces = {{.hid_class = "ff", .hidraw = ""},
                             {.hidraw = "hidraw1", .descriptor = test::kFidoDescriptor}}});
    EXPECT_TRUE(found().empty());
}

TEST_F(Enumerate, ListsADeviceThatAProgramHasClaimedThroughLibusb) {
    tree.add({.interfaces = {{.hidraw = "", .driver = "usbfs"}}});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_TRUE(devices[0].claimed);
    EXPECT_EQ(devices[0].hidraw, "");
    EXPECT_EQ(devices[0].path, "1-1:1.0");
}

TEST_F(Enumerate, ReplacesControlCharactersInTheDevicesOwnWords) {
    tree.add({.product = "Na\x1b[31mno", .serial = "1\t2"});
    ASSERT_EQ(found().size(), 1U);
    EXPECT_EQ(found()[0].product, "Na?[31mno");
    EXPECT_EQ(found()[0].serial, "1?2");
}

TEST_F(Enumerate, LeavesOutWhatIsNoNumber) {
    for (const auto* id : {"", "zzzz", "12345", "-1"}) {
        tree.add({.product_id = id});
        EXPECT_TRUE(found().empty()) << id;
        tree.remove("1-1");
    }
}

TEST(EnumerateNothing, FindsNoneOnAMachineWithoutUsb) {
    EXPECT_TRUE(enumerate({.sys = "/no/such/place", .dev = "/dev"}).empty());
}

TEST_F(Enumerate, SaysWhetherTheNodesMayBeOpened) {
    tree.add({});
    for (const bool open : {true, false}) {
        const fs::perms mode{open ? 0666U : 0U};
        fs::permissions(tree.node("hidraw0"), mode);
        fs::permissions(tree.node("bus/usb/001/004"), mode);
        const test::OrdinaryUser user;
        const auto device = found().at(0);
        EXPECT_EQ(device.hidraw_accessible, open);
        EXPECT_EQ(device.usb_accessible, open);
        const auto hidraw = openable_path(device, HidBackend::hidraw);
        const auto libusb = openable_path(device, HidBackend::libusb);
        ASSERT_EQ(hidraw.has_value(), open);
        ASSERT_EQ(libusb.has_value(), open);
        if (open) {
            EXPECT_EQ(*hidraw, tree.node("hidraw0"));
            EXPECT_EQ(*libusb, "1-1:1.0");
        } else {
            EXPECT_EQ(hidraw.error().code, Errc::permission_denied);
            EXPECT_EQ(hidraw.error().detail, tree.node("hidraw0"));
            EXPECT_EQ(libusb.error().code, Errc::permission_denied);
            EXPECT_EQ(libusb.error().detail, tree.node("bus/usb/001/004"));
        }
    }
}

TEST_F(Enumerate, SaysWhyThereIsNoHidrawNode) {
    tree.add({.bus_path = "1-1", .interfaces = {{.hidraw = "", .driver = "usbfs"}}});
    tree.add({.bus_path = "1-2", .number = 5, .interfaces = {{.hidraw = "", .driver = ""}}});
    const auto devices = found();
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(openable_path(devices[0], HidBackend::hidraw).error().code, Errc::device_busy);
    EXPECT_EQ(openable_path(devices[1], HidBackend::hidraw).error().code, Errc::no_hid_driver);
    EXPECT_TRUE(openable_path(devices[1], HidBackend::libusb));
}

}  // namespace
}  // namespace ledger_bridge::driver
