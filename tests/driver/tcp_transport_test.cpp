#include "driver/tcp_transport.hpp"

#include <signal.h>

#include <atomic>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "tests/driver/fake_host.hpp"
#include "tests/driver/manual_clock.hpp"

#include <pthread.h>

namespace ledger_bridge::driver {
namespace {

using namespace std::chrono_literals;

const SystemClock kClock;
const Bytes kVersion{0x80, 0x00, 0x00, 0x00, 0x00};
constexpr std::size_t kVersionOnWire = 9;
constexpr auto kVersionAnswer = "00000004010205019000";

Deadline soon() {
    return Deadline::after(kClock, 10s);
}

std::unique_ptr<Transport> connect(const FakeHost& host, const Clock& clock = kClock) {
    return connect_tcp("127.0.0.1", host.port(), clock, soon()).value();
}

// The transport fails with `code` now, and is dead from then on.
void expect_death(Transport& transport, const error_code& code) {
    const auto answer = transport.exchange(kVersion, soon());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code) << answer.error().text();
    const auto later = transport.exchange(kVersion, soon());
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().code, Errc::disconnected);
    const auto drained = transport.drain(1ms);
    ASSERT_FALSE(drained);
    EXPECT_EQ(drained.error().code, Errc::disconnected);
}

TEST(TcpTransport, PutsTheLengthInFrontAndReadsDataAndStatusWord) {
    std::string request;
    FakeHost host([&request](Peer& peer) {
        request = peer.receive(kVersionOnWire);
        peer.send(kVersionAnswer);
        peer.wait_for_end();
    });
    {
        const auto transport = connect(host);
        EXPECT_EQ(to_hex(transport->exchange(kVersion, soon()).value()), "010205019000");
    }
    EXPECT_EQ(request, "000000058000000000");
}

TEST(TcpTransport, ReadsAnAnswerThatComesByteByByte) {
    FakeHost host([](Peer& peer) {
        peer.receive(kVersionOnWire);
        for (const auto* byte : {"00", "00", "00", "01", "aa", "90", "00"}) {
            peer.send(byte);
        }
        peer.wait_for_end();
    });
    EXPECT_EQ(to_hex(connect(host)->exchange(kVersion, soon()).value()), "aa9000");
}

TEST(TcpTransport, CarriesManyExchanges) {
    FakeHost host([](Peer& peer) {
        for (int i = 0; i < 100; ++i) {
            peer.receive(kVersionOnWire);
            peer.send("000000006a80");
        }
        peer.wait_for_end();
    });
    const auto transport = connect(host);
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(to_hex(transport->exchange(kVersion, soon()).value()), "6a80");
    }
}

TEST(TcpTransport, AcceptsTheLongestShortAnswerAndNoLonger) {
    const auto data = std::string(512, '0');
    FakeHost good([&data](Peer& peer) {
        peer.receive(kVersionOnWire);
        peer.send("00000100" + data + "9000");
        peer.wait_for_end();
    });
    EXPECT_EQ(connect(good)->exchange(kVersion, soon()).value().size(), 258U);
    for (const auto* length : {"00000101", "00010000", "ffffffff"}) {
        FakeHost bad([length](Peer& peer) {
            peer.receive(kVersionOnWire);
            peer.send(length);
            peer.wait_for_end();
        });
        expect_death(*connect(bad), Errc::bad_frame);
    }
}

TEST(TcpTransport, RefusesImpossibleRequestsAndLives) {
    FakeHost host([](Peer& peer) {
        peer.receive(kVersionOnWire);
        peer.send(kVersionAnswer);
        peer.wait_for_end();
    });
    const auto transport = connect(host);
    for (const auto size : {std::size_t{0}, kMaxMessageSize + 1}) {
        const auto answer = transport->exchange(Bytes(size), soon());
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::bad_frame);
    }
    EXPECT_TRUE(transport->exchange(kVersion, soon()));
}

TEST(TcpTransport, DiesWhenTheOtherSideEndsAnywhereInAnAnswer) {
    const std::string answer = kVersionAnswer;
    for (std::size_t sent = 0; sent < answer.size(); sent += 2) {
        FakeHost host([&answer, sent](Peer& peer) {
            peer.receive(kVersionOnWire);
            peer.send(answer.substr(0, sent));
        });
        expect_death(*connect(host), Errc::disconnected);
    }
}

TEST(TcpTransport, DiesWhenTheConnectionIsReset) {
    FakeHost host([](Peer& peer) {
        peer.receive(kVersionOnWire);
        peer.reset_on_close();
    });
    expect_death(*connect(host), Errc::disconnected);
}

TEST(TcpTransport, DiesWhenItTimesOutAnywhereInAnAnswer) {
    const std::string answer = kVersionAnswer;
    // Each look at this clock takes a millisecond of it, so no wait is long in real time.
    const ManualClock clock(1ms);
    for (std::size_t sent = 0; sent < answer.size(); sent += 4) {
        FakeHost host([&answer, sent](Peer& peer) {
            peer.receive(kVersionOnWire);
            peer.send(answer.substr(0, sent));
            peer.wait_for_end();
        });
        const auto transport = connect(host);
        const auto result = transport->exchange(kVersion, Deadline::after(clock, 20ms));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Errc::timed_out);
        expect_death(*transport, Errc::disconnected);
    }
}

TEST(TcpTransport, SendsNothingAfterTheDeadline) {
    std::string received = "not run";
    FakeHost host([&received](Peer& peer) { received = peer.receive(1); });
    {
        const ManualClock clock;
        const auto transport = connect(host);
        const auto result = transport->exchange(kVersion, Deadline(clock, TimePoint::min()));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Errc::timed_out);
        expect_death(*transport, Errc::disconnected);
        // The script must have accepted before the connection ends here.
        host.join();
    }
    EXPECT_EQ(received, "");
}

TEST(TcpTransport, NeverTakesAnEarlierAnswerForItsOwn) {
    std::latch stale(1);
    FakeHost host([&stale](Peer& peer) {
        peer.send("000000009000");
        stale.count_down();
        peer.wait_for_end();
    });
    const auto transport = connect(host);
    stale.wait();
    expect_death(*transport, Errc::bad_frame);
}

TEST(TcpTransport, DrainsTheAnswersToAnEarlierHost) {
    std::latch stale(1);
    FakeHost host([&stale](Peer& peer) {
        peer.send("000000009000000000026a6b6985");
        stale.count_down();
        peer.receive(kVersionOnWire);
        peer.send(kVersionAnswer);
        peer.wait_for_end();
    });
    const ManualClock clock(1ms);
    const auto transport = connect(host, clock);
    stale.wait();
    EXPECT_EQ(transport->drain(40ms).value(), 2U);
    EXPECT_EQ(transport->drain(3ms).value(), 0U);
    EXPECT_EQ(to_hex(transport->exchange(kVersion, soon()).value()), "010205019000");
}

TEST(TcpTransport, DrainDiesInsideAnAnswerThatDoesNotEnd) {
    std::latch stale(1);
    FakeHost host([&stale](Peer& peer) {
        peer.send("00000000");
        stale.count_down();
        peer.wait_for_end();
    });
    const ManualClock clock(1ms);
    const auto transport = connect(host, clock);
    stale.wait();
    const auto drained = transport->drain(5ms);
    ASSERT_FALSE(drained);
    EXPECT_EQ(drained.error().code, Errc::timed_out);
    expect_death(*transport, Errc::disconnected);
}

TEST(TcpTransport, CancelEndsAWaitInAnotherThread) {
    std::latch asked(1);
    FakeHost host([&asked](Peer& peer) {
        peer.receive(kVersionOnWire);
        asked.count_down();
        peer.wait_for_end();
    });
    const auto transport = connect(host);
    std::thread canceller([&] {
        asked.wait();
        transport->cancel();
        transport->cancel();
    });
    expect_death(*transport, Errc::disconnected);
    canceller.join();
}

TEST(TcpTransport, CancelComesBeforeAllLaterCalls) {
    for (const bool drain : {false, true}) {
        FakeHost host([](Peer& peer) { peer.wait_for_end(); });
        const auto transport = connect(host);
        transport->cancel();
        if (drain) {
            EXPECT_EQ(transport->drain(1h).error().code, Errc::disconnected);
        }
        expect_death(*transport, Errc::disconnected);
    }
}

void ignore_signal(int /*number*/) {}

// Installed without SA_RESTART: every system call in progress ends with EINTR.
TEST(TcpTransport, SignalsDoNotEndAWait) {
    struct sigaction action {};
    action.sa_handler = ignore_signal;
    ASSERT_EQ(::sigaction(SIGUSR1, &action, nullptr), 0);
    const auto waiting = ::pthread_self();
    FakeHost host([waiting](Peer& peer) {
        peer.receive(kVersionOnWire);
        for (int i = 0; i < 200; ++i) {
            ::pthread_kill(waiting, SIGUSR1);
        }
        peer.send(kVersionAnswer);
        peer.wait_for_end();
    });
    EXPECT_TRUE(connect(host)->exchange(kVersion, soon()));
}

}  // namespace
}  // namespace ledger_bridge::driver
