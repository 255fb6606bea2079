// Which connections are of one client.
#include "daemon/net/origin.hpp"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <gtest/gtest.h>

namespace ledger_bridge::daemon {
namespace {

namespace asio = boost::asio;

TEST(OriginTest, IsAnAddressOrANetworkOf64Bits) {
    const std::vector<std::pair<std::string, std::vector<const char*>>> origins{
        {"10.0.0.1", {"10.0.0.1", "::ffff:10.0.0.1"}},
        {"10.0.0.2", {"10.0.0.2"}},
        {"::/64", {"::1", "::2", "::10.0.0.1"}},
        {"2001:db8::/64", {"2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"}},
        {"2001:db8:0:1::/64", {"2001:db8:0:1::1"}},
        {"fe80::/64", {"fe80::1%1", "fe80::2%2"}},
        {"0:0:ffff:a00::/64", {"0:0:ffff:0a00::1"}}};
    for (const auto& [origin, addresses] : origins) {
        for (const auto* address : addresses) {
            EXPECT_EQ(origin_of(asio::ip::make_address(address)), origin) << address;
        }
    }
}

TEST(OriginTest, OfATcpConnectionIsTheOtherEndsAddress) {
    asio::io_context io;
    const asio::ip::tcp::endpoint there(asio::ip::make_address("127.0.0.1"), 0);
    asio::ip::tcp::acceptor acceptor(io, there);
    asio::ip::tcp::socket client(io);
    EXPECT_EQ(origin_of(std::as_const(client)), std::nullopt) << "not connected";
    client.open(there.protocol());
    client.bind({asio::ip::make_address("127.0.0.9"), 0});
    client.connect(acceptor.local_endpoint());
    EXPECT_EQ(origin_of(acceptor.accept()), "127.0.0.9");
}

TEST(OriginTest, OfASocketFileIsTheUser) {
    asio::io_context io;
    asio::local::stream_protocol::socket one(io);
    asio::local::stream_protocol::socket other(io);
    asio::local::connect_pair(one, other);
    EXPECT_EQ(origin_of(one), "uid " + std::to_string(geteuid()));
}

}  // namespace
}  // namespace ledger_bridge::daemon
