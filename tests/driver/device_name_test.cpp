#include "driver/device_name.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::driver {
namespace {

TEST(DeviceName, ReadsEveryForm) {
    EXPECT_EQ(parse_device_name("usb")->kind, DeviceKind::usb_only);
    const auto seed = parse_device_name("usb:masculine-pig-stupendous-dugong");
    EXPECT_EQ(seed->kind, DeviceKind::usb_name);
    EXPECT_EQ(seed->name, "masculine-pig-stupendous-dugong");
    const auto port = parse_device_name("usb:@/dev/hidraw3");
    EXPECT_EQ(port->kind, DeviceKind::usb_path);
    EXPECT_EQ(port->path, "/dev/hidraw3");
    const auto tcp = parse_device_name("tcp://emulator.local:9999");
    EXPECT_EQ(tcp->kind, DeviceKind::tcp);
    EXPECT_EQ(tcp->host, "emulator.local");
    EXPECT_EQ(tcp->port, 9999);
    EXPECT_EQ(parse_device_name("tcp://[::1]:1")->host, "::1");
}

TEST(DeviceName, WritesWhatItReads) {
    for (const auto* text : {"usb",
                             "usb:a-b-c-d",
                             "usb:@1-1.4.6:1.0",
                             "usb:@/dev/hidraw0",
                             "tcp://127.0.0.1:65535",
                             "tcp://[fe80::1%eth0]:9999"}) {
        const auto name = parse_device_name(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(name->text(), text);
        EXPECT_EQ(*parse_device_name(name->text()), *name);
    }
}

TEST(DeviceName, RejectsEverythingElse) {
    for (const auto* text : {"",
                             "usb:",
                             "usb:@",
                             "usb:@a b",
                             "USB",
                             "usb:one-two-three",
                             "usb:one-two-three-four-five",
                             "usb:One-two-three-four",
                             "usb:one-two--four",
                             "usb:-one-two-three",
                             "usb:one-two-three-",
                             "tcp://",
                             "tcp://host",
                             "tcp://host:",
                             "tcp://:1",
                             "tcp://host:0",
                             "tcp://host:65536",
                             "tcp://host:-1",
                             "tcp://host:1x",
                             "tcp://host:1/",
                             "tcp://a/b:1",
                             "tcp://::1:9999",
                             "tcp://[host]:1",
                             "tcp://[]:1",
                             "tcp://ho st:1",
                             "udp://host:1"}) {
        const auto name = parse_device_name(text);
        ASSERT_FALSE(name) << text;
        EXPECT_EQ(name.error().code, Errc::bad_device_name) << text;
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
