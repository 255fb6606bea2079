#include "driver/hid_transport.hpp"

#include <signal.h>

#include <set>

#include <gtest/gtest.h>

#include "tests/driver/fake_wire.hpp"

#include <pthread.h>

namespace ledger_bridge::driver {
namespace {

using namespace std::chrono_literals;

constexpr Channel kChannel{0x1234};
constexpr Channel kForeign{0x0101};
const Bytes kVersion{0x80, 0x00, 0x00, 0x00, 0x00};
const Bytes kAnswer{0x01, 0x02, 0x05, 0x01, 0x90, 0x00};

std::vector<Arrival> arrivals(Channel channel, ByteView message) {
    std::vector<Arrival> all;
    for (const auto& report : encode(channel, message)) {
        all.push_back({report});
    }
    return all;
}

// A transport over a fake wire, a deadline of one second from the start of the test.
class HidTransportTest : public testing::Test {
protected:
    Result<Bytes> exchange(ByteView apdu) { return transport.exchange(apdu, deadline); }

    // Dead: nothing more goes over the wire, and the port is closed.
    void expect_dead() {
        EXPECT_TRUE(wire.closed);
        const auto before = wire.written.size();
        const auto answer = transport.exchange(kVersion, Deadline::after(clock, 1h));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::disconnected);
        const auto drained = transport.drain(1ms);
        ASSERT_FALSE(drained);
        EXPECT_EQ(drained.error().code, Errc::disconnected);
        EXPECT_EQ(wire.written.size(), before);
    }

    void expect_death(const error_code& code, ByteView apdu = kVersion) {
        const auto answer = exchange(apdu);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, code) << answer.error().text();
        expect_dead();
    }

    ManualClock clock;
    FakeWire wire{clock};
    int foreign = 0;
    HidTransport transport{
        std::make_unique<FakeReportPort>(wire), kChannel, clock, [this] { ++foreign; }};
    Deadline deadline = Deadline::after(clock, 1s);
};

TEST_F(HidTransportTest, WritesTheReportsOfTheApduAndAssemblesTheAnswer) {
    for (const std::size_t size : {5U, 57U, 58U, 116U, 117U, 260U}) {
        wire.written.clear();
        const Bytes apdu(size, 0x5a);
        const auto reports = encode(kChannel, apdu);
        const Bytes answer(size, 0xa5);
        wire.after_write = {{reports.size(), arrivals(kChannel, answer)}};
        const auto got = exchange(apdu);
        ASSERT_TRUE(got) << size;
        EXPECT_EQ(*got, answer);
        EXPECT_EQ(wire.written, reports);
    }
}

TEST_F(HidTransportTest, TakesTwoReportsEachWayForAVote) {
    // Class to length: 5 bytes; an attestation: 82. Data and status word of a signature: 64 + 2.
    const Bytes vote(5 + 82, 0x13);
    wire.after_write = {{2, arrivals(kChannel, Bytes(66, 0x55))}};
    ASSERT_TRUE(exchange(vote));
    EXPECT_EQ(wire.written.size(), 2U);
    EXPECT_TRUE(wire.incoming.empty());
}

TEST_F(HidTransportTest, RefusesImpossibleApdusAndLives) {
    for (const std::size_t size : {std::size_t{0}, kMaxMessageSize + 1}) {
        const auto answer = exchange(Bytes(size));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::bad_frame);
    }
    wire.after_write = {{1, arrivals(kChannel, kAnswer)}};
    EXPECT_TRUE(exchange(kVersion));
}

TEST_F(HidTransportTest, SkipsAndReportsForeignChannelsAnywhere) {
    const Bytes answer(130, 0x77);
    const auto other = arrivals(kForeign, Bytes(130));
    std::vector<Arrival> mixed;
    for (std::size_t i = 0; i < other.size(); ++i) {
        mixed.push_back(other[i]);
        mixed.push_back(arrivals(kChannel, answer)[i]);
    }
    wire.incoming = {other[0]};
    wire.after_write = {{1, mixed}};
    const auto got = exchange(kVersion);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(*got, answer);
    EXPECT_EQ(foreign, 4);
}

// Another program's answer has our shape and comes first: only the channel tells it apart.
TEST_F(HidTransportTest, NeverTakesTheStaleAnswerOfAnotherProgram) {
    auto both = arrivals(kForeign, Bytes{0x6a, 0x80});
    both.push_back(arrivals(kChannel, kAnswer)[0]);
    wire.after_write = {{1, both}};
    const auto got = exchange(kVersion);
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, kAnswer);
}

TEST_F(HidTransportTest, DiesOfAnAnswerThatNobodyAskedFor) {
    wire.incoming = {arrivals(kChannel, kAnswer)[0]};
    expect_death(Errc::bad_frame);
    EXPECT_TRUE(wire.written.empty());
}

TEST_F(HidTransportTest, DiesOfASurplusReportAfterAnAnswer) {
    auto two = arrivals(kChannel, kAnswer);
    two.push_back(two[0]);
    wire.after_write = {{1, two}};
    EXPECT_TRUE(exchange(kVersion));
    expect_death(Errc::bad_frame);
    EXPECT_EQ(wire.written.size(), 1U);
}

TEST_F(HidTransportTest, DiesOfARepeatedSequence) {
    auto reports = arrivals(kChannel, Bytes(130));
    reports[2] = reports[1];
    wire.after_write = {{1, reports}};
    expect_death(Errc::bad_frame);
}

TEST_F(HidTransportTest, DiesOfASkippedSequence) {
    auto reports = arrivals(kChannel, Bytes(130));
    reports.erase(reports.begin() + 1);
    wire.after_write = {{1, reports}};
    expect_death(Errc::bad_frame);
}

TEST_F(HidTransportTest, DiesOfAnAnswerOfNoLength) {
    wire.after_write = {{1, arrivals(kChannel, Bytes{})}};
    expect_death(Errc::bad_frame);
}

TEST_F(HidTransportTest, DiesOfAnotherTag) {
    auto report = encode(kChannel, kAnswer)[0];
    report[2] = 0x02;
    wire.after_write = {{1, {{report}}}};
    expect_death(Errc::bad_frame);
}

TEST_F(HidTransportTest, DiesOfAShortWriteAtAnyReport) {
    for (std::size_t number = 1; number <= 3; ++number) {
        FakeWire one(clock);
        one.write_fault = {number, fail(Errc::bad_frame, "write: 10 of 65 bytes")};
        HidTransport hid(std::make_unique<FakeReportPort>(one), kChannel, clock, {});
        const auto answer = hid.exchange(Bytes(130), deadline);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::bad_frame);
        const auto place = "report " + std::to_string(number) + " of 3";
        EXPECT_NE(answer.error().detail.find(place), std::string::npos) << answer.error().detail;
        EXPECT_EQ(one.written.size(), number - 1);
        EXPECT_TRUE(one.closed);
    }
}

TEST_F(HidTransportTest, DiesWhenTheDeviceGoesInTheMiddleOfAMessage) {
    wire.write_fault = {2, fail(Errc::disconnected, "write: Input/output error")};
    expect_death(Errc::disconnected, Bytes(130));
    EXPECT_EQ(wire.written.size(), 1U);
}

TEST_F(HidTransportTest, DiesWhenTheDeviceGoesAnywhereInAnAnswer) {
    const auto whole = arrivals(kChannel, Bytes(130));
    for (std::size_t count = 0; count < whole.size(); ++count) {
        FakeWire one(clock);
        std::vector<Arrival> cut(whole.begin(), whole.begin() + static_cast<long>(count));
        cut.push_back({fail(Errc::disconnected, "read: Input/output error")});
        one.after_write = {{1, cut}};
        HidTransport hid(std::make_unique<FakeReportPort>(one), kChannel, clock, {});
        const auto answer = hid.exchange(kVersion, deadline);
        ASSERT_FALSE(answer) << count;
        EXPECT_EQ(answer.error().code, Errc::disconnected);
        EXPECT_TRUE(one.closed);
    }
}

TEST_F(HidTransportTest, DiesWhenTheDeviceIsGoneBeforeAnythingIsSent) {
    wire.incoming = {{fail(Errc::disconnected, "read: No such device")}};
    expect_death(Errc::disconnected);
    EXPECT_TRUE(wire.written.empty());
}

TEST_F(HidTransportTest, OneDeadlineCoversTheWholeAnswer) {
    // Each report comes soon enough after the last one; the third is too late for the whole.
    auto reports = arrivals(kChannel, Bytes(130));
    for (auto& report : reports) {
        report.delay = 400ms;
    }
    wire.after_write = {{1, reports}};
    expect_death(Errc::timed_out);
    EXPECT_EQ(clock.now().time_since_epoch(), 1s);
}

TEST_F(HidTransportTest, TakesAnAnswerThatComesAtTheDeadlineAndNoneAfterIt) {
    for (const auto late : {0ns, 1ns}) {
        ManualClock time;
        FakeWire one(time);
        one.after_write = {{1, {{encode(kChannel, kAnswer)[0], 1s + late}}}};
        HidTransport hid(std::make_unique<FakeReportPort>(one), kChannel, time, {});
        const auto answer = hid.exchange(kVersion, Deadline::after(time, 1s));
        EXPECT_EQ(answer.has_value(), late == 0ns);
        EXPECT_EQ(one.closed, late != 0ns);
    }
}

// The answer to a request that timed out meets the next opening, under another channel.
TEST_F(HidTransportTest, TheNextOpeningDrainsAnAnswerThatCameAfterTheDeadline) {
    expect_death(Errc::timed_out);
    FakeWire next(clock);
    for (const auto& late : arrivals(kChannel, Bytes(130))) {
        next.incoming.push_back(late);
    }
    next.after_write = {{1, arrivals(kForeign, kAnswer)}};
    HidTransport hid(std::make_unique<FakeReportPort>(next), kForeign, clock, {});
    EXPECT_EQ(hid.drain(20ms).value(), 3U);
    EXPECT_EQ(hid.exchange(kVersion, Deadline::after(clock, 1s)).value(), kAnswer);
}

TEST_F(HidTransportTest, SendsNothingAfterTheDeadline) {
    clock.advance(1s);
    expect_death(Errc::timed_out);
    EXPECT_TRUE(wire.written.empty());
}

TEST_F(HidTransportTest, AFloodOfForeignReportsEndsAtTheDeadline) {
    for (const bool before_sending : {true, false}) {
        ManualClock time;
        FakeWire one(time);
        const auto report = encode(kForeign, kAnswer)[0];
        std::vector<Arrival> flood(100, {report, before_sending ? 0ms : 100ms});
        if (before_sending) {
            one.incoming.assign(flood.begin(), flood.end());
        } else {
            one.after_write = {{1, flood}};
        }
        HidTransport hid(std::make_unique<FakeReportPort>(one), kChannel, time, [&] {
            time.advance(before_sending ? 100ms : 0ms);
        });
        const auto answer = hid.exchange(kVersion, Deadline::after(time, 1s));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::timed_out);
        EXPECT_EQ(time.now().time_since_epoch(), 1s);
        EXPECT_EQ(one.written.empty(), before_sending);
    }
}

TEST_F(HidTransportTest, WritesTheWholeMessageWhenCancelledBetweenReports) {
    wire.on_write = [this](std::size_t number) {
        if (number == 1) {
            transport.cancel();
        }
    };
    wire.after_write = {{5, arrivals(kChannel, kAnswer)}};
    expect_death(Errc::disconnected, Bytes(260));
    EXPECT_EQ(wire.written, encode(kChannel, Bytes(260)));
}

TEST_F(HidTransportTest, WritesTheWholeMessageWhenTheDeadlinePassesBetweenReports) {
    wire.on_write = [this](std::size_t /*number*/) { clock.advance(1s); };
    expect_death(Errc::timed_out, Bytes(260));
    EXPECT_EQ(wire.written, encode(kChannel, Bytes(260)));
}

bool is_blocked(int signal) {
    sigset_t blocked;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    return ::sigismember(&blocked, signal) == 1;
}

TEST_F(HidTransportTest, NoSignalComesBetweenTheReportsOfAMessage) {
    bool always = true;
    wire.on_write = [&always](std::size_t /*number*/) {
        always = always && is_blocked(SIGINT) && is_blocked(SIGTERM);
    };
    wire.after_write = {{3, arrivals(kChannel, kAnswer)}};
    EXPECT_TRUE(exchange(Bytes(130)));
    EXPECT_TRUE(always);
    EXPECT_FALSE(is_blocked(SIGINT));
}

TEST_F(HidTransportTest, CancelEndsAWaitWithinFiftyMilliseconds) {
    int silences = 0;
    wire.on_silence = [this, &silences] {
        if (++silences == 4) {
            transport.cancel();
            transport.cancel();
        }
    };
    const auto answer = transport.exchange(kVersion, Deadline::after(clock, 1h));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::disconnected);
    EXPECT_EQ(silences, 4);
    EXPECT_LE(wire.longest_wait, 50ms);
    expect_dead();
}

TEST_F(HidTransportTest, CancelComesBeforeAllLaterCalls) {
    transport.cancel();
    expect_death(Errc::disconnected);
    EXPECT_TRUE(wire.written.empty());
    FakeWire other(clock);
    HidTransport hid(std::make_unique<FakeReportPort>(other), kChannel, clock, {});
    hid.cancel();
    EXPECT_EQ(hid.drain(1h).error().code, Errc::disconnected);
}

TEST_F(HidTransportTest, DrainDropsEveryChannelUntilItsEnd) {
    for (const auto channel : {kForeign, kChannel}) {
        wire.incoming.push_back(arrivals(channel, kAnswer)[0]);
    }
    wire.incoming.push_back({encode(kForeign, kAnswer)[0], 19ms});
    wire.incoming.push_back({encode(kForeign, kAnswer)[0], 2ms});
    EXPECT_EQ(transport.drain(20ms).value(), 3U);
    EXPECT_EQ(clock.now().time_since_epoch(), 20ms);
    EXPECT_EQ(foreign, 0);
}

TEST_F(HidTransportTest, DrainDiesWithTheDevice) {
    wire.incoming = {{fail(Errc::disconnected, "read: Input/output error"), 5ms}};
    const auto drained = transport.drain(20ms);
    ASSERT_FALSE(drained);
    EXPECT_EQ(drained.error().code, Errc::disconnected);
    expect_dead();
}

TEST(RandomChannel, IsNeverOneThatOthersUseAndDiffers) {
    std::set<Channel> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto channel = random_channel().value();
        EXPECT_NE(channel, Channel{0});
        EXPECT_NE(channel, Channel{0x0101});
        seen.insert(channel);
    }
    EXPECT_GT(seen.size(), 900U);
}

}  // namespace
}  // namespace ledger_bridge::driver
