#include "driver/open_usb.hpp"

#include <gtest/gtest.h>

#include "driver/device_lock.hpp"
#include "tests/driver/manual_clock.hpp"
#include "tests/driver/usb_tree.hpp"

namespace ledger_bridge::driver {
namespace {

namespace fs = std::filesystem;

class OpenUsb : public testing::Test {
protected:
    OpenUsb() { fs::create_directory(opening.lock_directory); }

    error_code failure(const UsbDevice& device) {
        const auto transport = open_usb(device, opening, clock);
        EXPECT_FALSE(transport);
        return transport.error().code;
    }
    // Free again after every failure to open.
    void expect_unlocked() const { EXPECT_TRUE(DeviceLock::take(opening.lock_directory, "1-1")); }

    test::UsbTree tree;
    UsbOpening opening{.backend = HidBackend::hidraw, .lock_directory = tree.root() / "lock"};
    ManualClock clock;
};

TEST_F(OpenUsb, FailsBusyAndNamesTheHolderOfTheLock) {
    tree.add({});
    const auto lock = DeviceLock::take(opening.lock_directory, "1-1");
    const auto transport = open_usb(enumerate(tree.places()).at(0), opening, clock);
    ASSERT_FALSE(transport);
    EXPECT_EQ(transport.error().code, Errc::device_busy);
    EXPECT_NE(transport.error().detail.find("process "), std::string::npos);
}

TEST_F(OpenUsb, FailsDisconnectedWhenTheNodeWentSinceItWasFound) {
    tree.add({});
    const auto device = enumerate(tree.places()).at(0);
    fs::remove(device.hidraw);
    fs::remove(device.usb_node);
    for (const auto backend : {HidBackend::hidraw, HidBackend::libusb}) {
        opening.backend = backend;
        EXPECT_EQ(failure(device), Errc::disconnected);
        expect_unlocked();
    }
}

TEST_F(OpenUsb, FailsDeniedWhenTheNodesRightsWentSinceItWasFound) {
    tree.add({});
    auto device = enumerate(tree.places()).at(0);
    fs::permissions(device.hidraw, fs::perms::none);
    fs::permissions(opening.lock_directory, fs::perms::all);
    {
        const test::OrdinaryUser user;
        EXPECT_EQ(failure(device), Errc::permission_denied);
    }
    device.hidraw_accessible = false;
    EXPECT_EQ(failure(device), Errc::permission_denied);
    expect_unlocked();
}

TEST_F(OpenUsb, FailsWhereTheNodeIsNoHidDevice) {
    tree.add({});
    EXPECT_EQ(failure(enumerate(tree.places()).at(0)), Errc::disconnected);
    expect_unlocked();
}

}  // namespace
}  // namespace ledger_bridge::driver
