#include "daemon/floor/level_guard.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {

namespace {

// A node that is one block behind still lets the next two levels be signed.
constexpr std::uint32_t kAboveHead = 2;

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

// Longer than the clock tells (what it counts in nanoseconds ends there), and milliseconds hold it.
constexpr std::chrono::hours kLongestTold{24 * 365 * 600};

std::uint64_t blocks_in(std::chrono::seconds time, std::chrono::milliseconds block_time) {
    return static_cast<std::uint64_t>(std::min<std::chrono::seconds>(time, kLongestTold) /
                                      block_time);
}

Result<void> guard_first_level(apdu::Level level, const GuardFacts& facts) {
    if (!facts.head) {
        return {};
    }
    const auto age = std::max(facts.head_age, std::chrono::seconds{0});
    return check(level,
                 {std::uint64_t{facts.head->value} + kAboveHead + blocks_in(age, facts.block_time),
                  fmt::format("the node's head {}, {} more and one for each {} s of the {} s since",
                              facts.head->value,
                              kAboveHead,
                              std::chrono::duration<double>(facts.block_time).count(),
                              age.count())});
}

Limit limit_from(std::string_view what,
                 apdu::Level base,
                 const Pause& since,
                 const GuardFacts& facts) {
    return {
        std::uint64_t{base.value} + facts.slack + blocks_in(since.length, facts.block_time),
        fmt::format("the last level {} {}, {} of slack and one for each {} s of the {} s since{}",
                    what,
                    base.value,
                    facts.slack,
                    std::chrono::duration<double>(facts.block_time).count(),
                    since.length.count(),
                    since.at_most ? " at most, the clock being behind that time" : "")};
}

// See level_guard() about a pause that is not known.
bool adopted_counts(const GuardFacts& facts) {
    return facts.highest_adopted &&
           (!facts.since_adopted.at_most || *facts.highest_adopted > *facts.highest_signed);
}

void count(std::optional<apdu::Level>& highest,
           Pause& since_highest,
           apdu::Level level,
           const Pause& since) {
    if (highest == level) {
        since_highest = better_known(since_highest, since);
    } else if (!highest || *highest < level) {
        highest = level;
        since_highest = since;
    }
}

}  // namespace

void GuardFacts::count_signed(apdu::Level level, const Pause& since) {
    count(highest_signed, since_signed, level, since);
}

void GuardFacts::count_adopted(apdu::Level level, const Pause& since) {
    count(highest_adopted, since_adopted, level, since);
}

Result<void> level_guard(apdu::Level level, const GuardFacts& facts) {
    if (!facts.highest_signed) {
        return guard_first_level(level, facts);
    }
    auto limit = limit_from("signed", *facts.highest_signed, facts.since_signed, facts);
    if (adopted_counts(facts)) {
        auto other =
            limit_from("taken as used", *facts.highest_adopted, facts.since_adopted, facts);
        limit = other.level > limit.level ? std::move(other) : std::move(limit);
    }
    return check(level, limit);
}

}  // namespace ledger_bridge::floor
