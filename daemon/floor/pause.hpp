// How long something is ago, on machines whose clock is sometimes wrong.
#pragma once

#include <chrono>
#include <optional>

#include "driver/base/clock.hpp"

namespace ledger_bridge::floor {

struct Pause {
    std::chrono::seconds length{0};
    bool at_most = false;  // how long it was is not known, but not longer than this

    bool operator==(const Pause&) const = default;
};

// The one of two about the same thing to go by: the longer one of those that are known.
Pause better_known(const Pause& left, const Pause& right);

// As long as the time before this process may have been, when the clock does not tell. A Ledger
// that was without power waits for its PIN, so a person is there after every outage; and what is
// longer than a holiday is worth that person's look at the clock. What is counted too long lets a
// client ask for a level that is absurd by that much, what is counted too short refuses a right
// one.
inline constexpr std::chrono::hours kLongestPause{24 * 30};

// Counts from when the process began. Thread-safe.
class PauseClock {
public:
    // `clock` must outlive it.
    explicit PauseClock(const Clock& clock);

    // Since a moment of which the wall clock then said `time`. Where this process knows the moment
    // (`here`) it is never shorter than what was seen since; longer by the wall clock in a virtual
    // machine that was saved, or where somebody set the clock. Otherwise the wall clock tells, now
    // or as it was at the start, whichever is later: one that began behind may have been put right
    // since. Where both are before that moment it is not known how long the process was away.
    [[nodiscard]] Pause since(WallTime time, const std::optional<BootTime>& here) const;

private:
    const Clock& clock_;
    const BootTime started_;
    const WallTime wall_at_start_;
};

}  // namespace ledger_bridge::floor
