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
std::int64_t longest_pause(WallTime since, WallTime now) {
    const auto seconds = [](WallTime time) {
        return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    };
    return since > now ? std::chrono::seconds(kLongestPause).count()
                       : seconds(now) - seconds(since);
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

std::uint64_t blocks_in(std::int64_t seconds, std::chrono::milliseconds block_time) {
    return static_cast<std::uint64_t>(seconds) * 1000 /
           static_cast<std::uint64_t>(block_time.count());
}

Result<void> guard_first_level(apdu::Level level, const GuardFacts& facts) {
    if (!facts.head) {
        return {};
    }
    const auto age = std::max<std::int64_t>(facts.head_age.count(), 0);
    return check(level,
                 {std::uint64_t{facts.head->value} + kAboveHead + blocks_in(age, facts.block_time),
                  fmt::format("the node's head {}, {} more and one for each {} s of the {} s since",
                              facts.head->value,
                              kAboveHead,
                              std::chrono::duration<double>(facts.block_time).count(),
                              age)});
}

Limit limit_from(std::string_view what, apdu::Level base, WallTime since, const GuardFacts& facts) {
    const auto seconds = longest_pause(since, facts.now);
    return {
        std::uint64_t{base.value} + facts.slack + blocks_in(seconds, facts.block_time),
        fmt::format("the last level {} {}, {} of slack and one for each {} s of the {} s since{}",
                    what,
                    base.value,
                    facts.slack,
                    std::chrono::duration<double>(facts.block_time).count(),
                    seconds,
                    since > facts.now ? " at most, the clock having been set back" : "")};
}

// See level_guard() about a time that is still to come.
bool adopted_counts(const GuardFacts& facts) {
    return facts.highest_adopted &&
           (facts.adopted_at <= facts.now || *facts.highest_adopted > *facts.highest_signed);
}

}  // namespace

Result<void> level_guard(apdu::Level level, const GuardFacts& facts) {
    if (!facts.highest_signed) {
        return guard_first_level(level, facts);
    }
    auto limit = limit_from("signed", *facts.highest_signed, facts.signed_at, facts);
    if (adopted_counts(facts)) {
        auto other = limit_from("taken as used", *facts.highest_adopted, facts.adopted_at, facts);
        limit = other.level > limit.level ? std::move(other) : std::move(limit);
    }
    return check(level, limit);
}

}  // namespace ledger_bridge::floor
