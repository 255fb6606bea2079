// A clock whose hands the test turns; it can also move by itself with every look at it.
#pragma once

#include <atomic>

#include "driver/base/clock.hpp"

namespace ledger_bridge {

class ManualClock final : public Clock {
public:
    // Every look at the clock moves it by `step`: waits end without a real second passing.
    explicit ManualClock(Duration step = Duration{0}) : step_(step.count()) {}

    [[nodiscard]] TimePoint now() const override {
        return TimePoint{Duration{now_.fetch_add(step_)}};
    }
    [[nodiscard]] BootTime boot() const override { return BootTime{Duration{now_}}; }
    [[nodiscard]] WallTime wall() const override { return WallTime{}; }

    void advance(Duration time) { now_ += time.count(); }

private:
    Duration::rep step_;
    mutable std::atomic<Duration::rep> now_{0};
};

}  // namespace ledger_bridge
