#include <gtest/gtest.h>

#include "daemon/config/listen_address.hpp"
#include "daemon/config/path_prefix.hpp"
#include "daemon/config/values.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

TEST(ConfigValues, DurationsNeedAUnit) {
    EXPECT_EQ(*parse_duration("500ms"), 500ms);
    EXPECT_EQ(*parse_duration("4s"), 4s);
    EXPECT_EQ(*parse_duration("2m"), 2min);
    EXPECT_EQ(*parse_duration("1h"), 1h);
    EXPECT_EQ(*parse_duration("1ms"), 1ms);
    EXPECT_EQ(*parse_duration("3600s"), 1h);
    for (const auto* text : {"",
                             "4",
                             "s",
                             "0s",
                             "-4s",
                             "+4s",
                             "4 s",
                             "4S",
                             "4.5s",
                             "4sec",
                             "61m",
                             "3601s",
                             "2h",
                             "0x4s",
                             "99999999999999999999s",
                             "18446744073709551615ms",
                             " 4s",
                             "4s "}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(ConfigValues, SizesMayHaveAUnit) {
    EXPECT_EQ(*parse_size("512", 1, 1000), 512U);
    EXPECT_EQ(*parse_size("512B", 1, 1000), 512U);
    EXPECT_EQ(*parse_size("64KiB", 1, 65536), 65536U);
    EXPECT_EQ(*parse_size("1MiB", 1, 1048576), 1048576U);
    for (const auto* text : {"",
                             "KiB",
                             "65KiB",
                             "0",
                             "-1",
                             "64kib",
                             "64KB",
                             "64 KiB",
                             "1.5KiB",
                             "18446744073709551615KiB",
                             "99999999999999999999"}) {
        EXPECT_FALSE(parse_size(text, 1, 65536)) << text;
    }
}

TEST(ConfigValues, NumbersHaveARange) {
    EXPECT_EQ(*parse_number("0x11", 0, 255), 17U);
    EXPECT_EQ(*parse_number("17", 0, 255), 17U);
    EXPECT_EQ(*parse_number("0", 0, 255), 0U);
    for (const auto* text :
         {"", "0x", "256", "-1", "1e2", "0x1g", "17 ", "0b1", "99999999999999999999"}) {
        EXPECT_FALSE(parse_number(text, 0, 255)) << text;
    }
}

TEST(ListenAddress, AddressAndPort) {
    const auto v4 = parse_listen_address("127.0.0.1:6732");
    ASSERT_TRUE(v4);
    EXPECT_EQ(*v4, (ListenAddress{"127.0.0.1", 6732}));
    EXPECT_EQ(v4->text(), "127.0.0.1:6732");
    const auto v6 = parse_listen_address("[::1]:0");
    ASSERT_TRUE(v6);
    EXPECT_EQ(*v6, (ListenAddress{"::1", 0}));
    EXPECT_EQ(v6->text(), "[::1]:0");
    EXPECT_EQ(*parse_listen_address("my-host.example:65535"),
              (ListenAddress{"my-host.example", 65535}));
}

TEST(ListenAddress, EverythingElseIsRefused) {
    for (const auto* text : {"",
                             ":",
                             "127.0.0.1",
                             "6732",
                             ":6732",
                             "127.0.0.1:",
                             "127.0.0.1:65536",
                             "127.0.0.1:-1",
                             "127.0.0.1:+1",
                             "127.0.0.1:0x1",
                             "127.0.0.1: 1",
                             "::1:6732",
                             "[::1]",
                             "[::1]6732",
                             "[]:1",
                             "[localhost]:1",
                             "[::g]:1",
                             "http://127.0.0.1:6732",
                             "a b:1",
                             "127.0.0.1:1:1"}) {
        EXPECT_FALSE(parse_listen_address(text)) << text;
    }
}

TEST(ListenAddress, KnowsWhatStaysOnThisMachine) {
    for (const auto* host : {"127.0.0.1", "127.255.255.254", "::1", "localhost"}) {
        EXPECT_TRUE((ListenAddress{host, 1}.loopback())) << host;
    }
    for (const auto* host : {"0.0.0.0",
                             "::",
                             "128.0.0.1",
                             "126.255.255.255",
                             "192.168.0.1",
                             "::2",
                             "fe80::1",
                             "example.com",
                             "127.0.0.1.example.com",
                             "localhost.evil"}) {
        EXPECT_FALSE((ListenAddress{host, 1}.loopback())) << host;
    }
}

TEST(PathPrefixes, AreSegmentsAfterSlashes) {
    EXPECT_EQ(*parse_path_prefix("none"), PathPrefix{});
    EXPECT_EQ(*parse_path_prefix("/signer"), (PathPrefix{{"signer"}}));
    EXPECT_EQ(*parse_path_prefix("/a/B-c/._~9"), (PathPrefix{{"a", "B-c", "._~9"}}));
    EXPECT_EQ(*parse_path_prefix("/a/keys"), (PathPrefix{{"a", "keys"}}));
    for (const auto* text : {"",
                             "/",
                             "signer",
                             "/signer/",
                             "//signer",
                             "/a//b",
                             "/a b",
                             "/a%20b",
                             "/a?b",
                             "/a#b",
                             "/.",
                             "/..",
                             "/a/../b",
                             "/\xc3\xa4",
                             "None",
                             "/keys",
                             "/healthz/a",
                             "/metrics",
                             "http://host/a"}) {
        const auto prefix = parse_path_prefix(text);
        ASSERT_FALSE(prefix) << text;
        EXPECT_EQ(prefix.error().code, make_error_code(Errc::bad_option)) << text;
    }
}

}  // namespace
}  // namespace ledger_bridge::daemon
