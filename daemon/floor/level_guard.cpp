#include <algorithm>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/watermark.hpp"

namespace ledger_bridge::floor {

namespace {

// A node that is one block behind still lets the next two levels be signed.
constexpr std::uint32_t kAboveHead = 2;

// Whole seconds first: two far-apart instants may differ by more nanoseconds than fit.
std::int64_t seconds_between(WallTime from, WallTime to) {
    const auto seconds = [](WallTime time) {
        return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    };
    return std::max<std::int64_t>(seconds(to) - seconds(from), 0);
}

Result<void> check(apdu::Level level, std::uint64_t highest, const std::string& reason) {
    if (level.value <= highest) {
        return {};
    }
    return fail(Errc::level_jump,
                fmt::format("level {} is above {}, {}", level.value, highest, reason));
}

Result<void> guard_first_level(apdu::Level level, const std::optional<apdu::Level>& head) {
    if (!head) {
        return {};
    }
    return check(level,
                 std::uint64_t{head->value} + kAboveHead,
                 fmt::format("the node's head {} and {} more", head->value, kAboveHead));
}

}  // namespace

Result<void> level_guard(apdu::Level level, const GuardFacts& facts) {
    if (!facts.highest_signed) {
        return guard_first_level(level, facts.head);
    }
    const auto seconds = seconds_between(facts.signed_at, facts.now);
    const auto blocks = static_cast<std::uint64_t>(seconds / facts.block_time.count());
    const auto last = facts.highest_signed->value;
    return check(
        level,
        std::uint64_t{last} + facts.slack + blocks,
        fmt::format("the last level signed {}, {} of slack and one for each {} s of the {} "
                    "s since",
                    last,
                    facts.slack,
                    facts.block_time.count(),
                    seconds));
}

}  // namespace ledger_bridge::floor
