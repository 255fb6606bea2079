// How many verdicts that cost nobody anything are logged, so that nobody fills the log by asking.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "driver/base/clock.hpp"

namespace ledger_bridge::floor {

// Sixty at once, ten a minute after that. One thread at a time.
class AuditLimit {
public:
    static constexpr std::int64_t kAtOnce = 60;
    static constexpr Duration kEach = std::chrono::seconds{6};

    // How many were left out since the last one that was let through; nothing when this one is.
    std::optional<std::uint64_t> admit(TimePoint now);

private:
    std::int64_t room_ = kAtOnce;
    std::optional<TimePoint> counted_;  // up to when the room is known
    std::uint64_t left_out_ = 0;
};

}  // namespace ledger_bridge::floor
