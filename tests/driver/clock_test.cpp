#include "driver/base/clock.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, PassesAtItsInstantAndNotBefore) {
    ManualClock clock;
    const auto deadline = Deadline::after(clock, 10ms);
    EXPECT_FALSE(deadline.passed());
    clock.advance(10ms - 1ns);
    EXPECT_FALSE(deadline.passed());
    EXPECT_EQ(deadline.remaining(), 1ns);
    clock.advance(1ns);
    EXPECT_TRUE(deadline.passed());
    EXPECT_EQ(deadline.remaining(), 0ns);
    clock.advance(1h);
    EXPECT_EQ(deadline.remaining(), 0ns);
}

TEST(Deadline, RoundsPollTimeoutsUp) {
    ManualClock clock;
    EXPECT_EQ(Deadline::after(clock, 1ns).poll_timeout(), 1);
    EXPECT_EQ(Deadline::after(clock, 1ms).poll_timeout(), 1);
    EXPECT_EQ(Deadline::after(clock, 1ms + 1ns).poll_timeout(), 2);
    EXPECT_EQ(Deadline::after(clock, 0ms).poll_timeout(), 0);
}

TEST(Deadline, KeepsPollTimeoutsInRange) {
    ManualClock clock;
    EXPECT_EQ(Deadline::after(clock, 24h * 365).poll_timeout(), std::numeric_limits<int>::max());
    EXPECT_EQ(Deadline(clock, TimePoint::min()).passed(), true);
}

TEST(Deadline, AtMostTakesTheEarlier) {
    ManualClock clock;
    const auto deadline = Deadline::after(clock, 10s);
    EXPECT_EQ(deadline.at_most(1s).remaining(), 1s);
    EXPECT_EQ(deadline.at_most(1min).remaining(), 10s);
}

TEST(SystemClock, NeverGoesBack) {
    const SystemClock clock;
    const auto first = clock.now();
    EXPECT_GE(clock.now(), first);
    const auto boot = clock.boot();
    EXPECT_GE(clock.boot(), boot);
    EXPECT_GE(boot.time_since_epoch(), first.time_since_epoch()) << "it counts sleep as well";
    EXPECT_GT(clock.wall().time_since_epoch(), 0s);
}

}  // namespace
}  // namespace ledger_bridge
