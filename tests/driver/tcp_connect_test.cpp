#include "driver/tcp_connect.hpp"

#include <sys/socket.h>

#include <bit>
#include <cstring>

#include <gtest/gtest.h>

#include "driver/tcp_transport.hpp"
#include "tests/driver/fake_host.hpp"
#include "tests/driver/manual_clock.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace ledger_bridge::driver {
namespace {

using namespace std::chrono_literals;

const SystemClock kClock;

Deadline soon() {
    return Deadline::after(kClock, 10s);
}

TEST(ConnectTcp, FindsNoDeviceWhereNobodyListens) {
    const auto transport = connect_tcp("127.0.0.1", closed_port(), kClock, soon());
    ASSERT_FALSE(transport);
    EXPECT_EQ(transport.error().code, Errc::no_device);
    EXPECT_NE(transport.error().detail.find("127.0.0.1"), std::string::npos);
}

TEST(ConnectTcp, ConnectsToNamesAndAddresses) {
    for (const auto* host : {"localhost", "127.0.0.1"}) {
        FakeHost device([](Peer& peer) { peer.wait_for_end(); });
        EXPECT_TRUE(connect_tcp(host, device.port(), kClock, soon())) << host;
    }
}

TEST(ConnectTcp, TimesOutAtAPassedDeadlineInsteadOfLookingUpAName) {
    ManualClock clock;
    const Deadline passed(clock, TimePoint::min());
    const auto transport = connect_tcp("a-name-to-look-up.invalid", 1, clock, passed);
    ASSERT_FALSE(transport);
    // A resolver that fails at once is quicker than the deadline.
    EXPECT_TRUE(transport.error().code == Errc::timed_out ||
                transport.error().code == Errc::no_device);
}

TEST(ConnectTcp, FindsNoDeviceUnderAnImpossibleName) {
    const auto transport = connect_tcp("bad name", 1, kClock, soon());
    ASSERT_FALSE(transport);
    EXPECT_EQ(transport.error().code, Errc::no_device);
}

// TCP lets a socket that is bound to a port connect to that same port: to itself.
TEST(ConnectSocket, NeverConnectsToItself) {
    const auto port = closed_port();
    SocketAddress address;
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    target.sin_port = htons(port);
    std::memcpy(&address.storage, &target, sizeof target);
    address.size = sizeof target;
    for (int i = 0; i < 200; ++i) {
        EXPECT_FALSE(connect_socket(address, soon()));
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
