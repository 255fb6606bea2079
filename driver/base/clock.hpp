// Time as a seam: rules and rate limits ask this clock, tests turn its hands.
#pragma once

#include <algorithm>
#include <chrono>

namespace ledger_bridge {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

// Goes on while the machine sleeps, as chains do and the steady clock does not; begins again when
// the machine does.
struct BootClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;

    static time_point now();
};
using BootTime = BootClock::time_point;

// Thread-safe.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    Clock(Clock&&) = delete;
    Clock& operator=(Clock&&) = delete;
    virtual ~Clock() = default;

    // Never goes back; for deadlines and durations.
    [[nodiscard]] virtual TimePoint now() const = 0;
    // Never goes back and counts sleep; for what one process remembers of the world.
    [[nodiscard]] virtual BootTime boot() const = 0;
    // May jump in both directions; for records that outlive the process.
    [[nodiscard]] virtual WallTime wall() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] BootTime boot() const override { return BootClock::now(); }
    [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
};

// The instant at which one operation must have ended; made once at the edge and handed down.
class Deadline {
public:
    Deadline(const Clock& clock, TimePoint at) : clock_(&clock), at_(at) {}
    static Deadline after(const Clock& clock, Duration time) { return {clock, clock.now() + time}; }

    [[nodiscard]] TimePoint at() const { return at_; }
    [[nodiscard]] bool passed() const { return clock_->now() >= at_; }
    // Zero when passed.
    [[nodiscard]] Duration remaining() const { return std::max(at_ - clock_->now(), Duration{0}); }
    // For poll(2): rounded up, so that a wait never ends just before the deadline.
    [[nodiscard]] int poll_timeout() const;
    // The earlier of this and `time` from now.
    [[nodiscard]] Deadline at_most(Duration time) const;

private:
    const Clock* clock_;
    TimePoint at_;
};

}  // namespace ledger_bridge
