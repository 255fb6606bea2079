// What a tool takes from the daemon's configuration when no daemon runs.
#include "tools/common/installation.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "driver/errors.hpp"
#include "tests/driver/usb_tree.hpp"

namespace ledger_bridge::tools {
namespace {

class Installation : public testing::Test {
protected:
    CommonOptions configured(const std::string& text) {
        std::ofstream(folder_.root() / "daemon.toml") << text;
        CommonOptions options;
        options.config = folder_.root() / "daemon.toml";
        return options;
    }

    driver::test::UsbTree folder_;
};

// Another state directory would be another floor.
TEST_F(Installation, IsTheDaemonsOwnWhereNothingIsGiven) {
    const auto installation = read_installation(configured(
        "device = [\"usb:@1-2\"]\nusb-backend = \"libusb\"\nstate-dir = \"/data/marks\"\n"
        "admin-socket = \"/run/x.sock\"\n"));
    ASSERT_TRUE(installation) << installation.error().text();
    EXPECT_EQ(only_device(*installation)->text(), "usb:@1-2");
    EXPECT_EQ(installation->usb_backend, driver::HidBackend::libusb);
    EXPECT_EQ(installation->state_dir, "/data/marks");
    EXPECT_EQ(installation->admin_socket, "/run/x.sock");
}

TEST_F(Installation, OptionsOfTheToolWin) {
    auto options = configured(
        "device = [\"usb:@1-2\"]\nusb-backend = \"libusb\"\nstate-dir = \"/data/marks\"\n");
    options.device = "tcp://127.0.0.1:9999";
    options.usb_backend = "hidraw";
    options.state_dir = "/elsewhere";
    const auto installation = read_installation(options);
    ASSERT_TRUE(installation);
    EXPECT_EQ(only_device(*installation)->text(), "tcp://127.0.0.1:9999");
    EXPECT_EQ(installation->usb_backend, driver::HidBackend::hidraw);
    EXPECT_EQ(installation->state_dir, "/elsewhere");
}

TEST_F(Installation, OfSeveralDevicesACommandNeedsOneNamed) {
    auto options = configured("device = [\"usb:@1-1\", \"usb:@1-2\"]\n");
    const auto error = only_device(*read_installation(options)).error();
    EXPECT_EQ(error.code, driver::Errc::several_devices);
    EXPECT_EQ(error.detail, "usb:@1-1, usb:@1-2");
    options.device = "usb:@1-2";
    EXPECT_EQ(only_device(*read_installation(options))->text(), "usb:@1-2");
}

TEST_F(Installation, ConfigurationThatTheDaemonWouldRefuseIsRefused) {
    EXPECT_FALSE(read_installation(configured("state-dri = \"/data\"\n")));
    CommonOptions options;
    options.usb_backend = "bluetooth";
    EXPECT_FALSE(read_installation(options));
}

}  // namespace
}  // namespace ledger_bridge::tools
