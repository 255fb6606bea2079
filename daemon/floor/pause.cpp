#include "daemon/floor/pause.hpp"

#include <algorithm>

namespace ledger_bridge::floor {

using std::chrono::seconds;

namespace {

// Whole seconds first: two far-apart instants may differ by more nanoseconds than fit.
seconds whole(WallTime time) {
    return std::chrono::floor<seconds>(time).time_since_epoch();
}

}  // namespace

Pause better_known(const Pause& left, const Pause& right) {
    if (left.at_most != right.at_most) {
        return left.at_most ? right : left;
    }
    return left.length < right.length ? right : left;
}

PauseClock::PauseClock(const Clock& clock)
    : clock_(clock), started_(clock.boot()), wall_at_start_(clock.wall()) {}

Pause PauseClock::since(WallTime time, const std::optional<BootTime>& here) const {
    const auto now = clock_.boot();
    if (here) {
        const auto seen = std::chrono::floor<seconds>(now - *here);
        return {std::max(seen, whole(clock_.wall()) - whole(time))};
    }
    const auto running = std::chrono::floor<seconds>(now - started_);
    const auto latest = std::max(whole(clock_.wall()), whole(wall_at_start_) + running);
    return whole(time) > latest ? Pause{kLongestPause + running, true}
                                : Pause{latest - whole(time)};
}

}  // namespace ledger_bridge::floor
