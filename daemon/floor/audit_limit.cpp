#include "daemon/floor/audit_limit.hpp"

#include <utility>

namespace ledger_bridge::floor {

std::optional<std::uint64_t> AuditLimit::admit(TimePoint now) {
    const auto earned = (now - counted_.value_or(now)) / kEach;
    counted_ = counted_.value_or(now) + earned * kEach;
    room_ = std::min(kAtOnce, room_ + earned);
    if (room_ == 0) {
        ++left_out_;
        return std::nullopt;
    }
    --room_;
    return std::exchange(left_out_, 0);
}

}  // namespace ledger_bridge::floor
