#include "driver/base/clock.hpp"

#include <algorithm>
#include <ctime>
#include <limits>

namespace ledger_bridge {

BootTime BootClock::now() {
    std::timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return BootTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

int Deadline::poll_timeout() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(remaining()).count();
    return static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
}

Deadline Deadline::at_most(Duration time) const {
    return {*clock_, std::min(at_, clock_->now() + time)};
}

}  // namespace ledger_bridge
