#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

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

// As far as a level may be, and why, for people.
struct Limit {
    std::uint64_t level = 0;
    std::string reason;
};

Result<void> check(apdu::Level level, const Limit& limit) {
    if (level.value <= limit.level) {
        return {};
    }
    return fail(Errc::level_jump,
                fmt::format("level {} is above {}, {}", level.value, limit.level, limit.reason));
}

Result<void> guard_first_level(apdu::Level level, const std::optional<apdu::Level>& head) {
    if (!head) {
        return {};
    }
    return check(level,
                 {std::uint64_t{head->value} + kAboveHead,
                  fmt::format("the node's head {} and {} more", head->value, kAboveHead)});
}

Limit limit_from(std::string_view what, apdu::Level base, WallTime since, const GuardFacts& facts) {
    const auto seconds = seconds_between(since, facts.now);
    const auto blocks = static_cast<std::uint64_t>(seconds) * 1000 /
                        static_cast<std::uint64_t>(facts.block_time.count());
    return {std::uint64_t{base.value} + facts.slack + blocks,
            fmt::format("the last level {} {}, {} of slack and one for each {} s of the {} s since",
                        what,
                        base.value,
                        facts.slack,
                        std::chrono::duration<double>(facts.block_time).count(),
                        seconds)};
}

}  // namespace

Result<void> level_guard(apdu::Level level, const GuardFacts& facts) {
    if (!facts.highest_signed) {
        return guard_first_level(level, facts.head);
    }
    auto limit = limit_from("signed", *facts.highest_signed, facts.signed_at, facts);
    if (facts.highest_adopted) {
        auto other = limit_from("taken as used", *facts.highest_adopted, facts.adopted_at, facts);
        limit = other.level > limit.level ? std::move(other) : std::move(limit);
    }
    return check(level, limit);
}

}  // namespace ledger_bridge::floor
