#include <limits>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/watermark.hpp"

namespace ledger_bridge::floor {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr WallTime kNoon = WallTime(hours{24 * 365 * 56});

bool allowed(std::uint32_t level, const GuardFacts& facts) {
    return level_guard({level}, facts).has_value();
}

// The highest level that is allowed, found by halving; levels above it must all be refused.
std::uint32_t highest_allowed(const GuardFacts& facts) {
    std::uint32_t low = 0;
    std::uint32_t high = apdu::Level::kEnd.value;
    while (high - low > 1) {
        const auto middle = low + (high - low) / 2;
        (allowed(middle, facts) ? low : high) = middle;
    }
    return low;
}

GuardFacts signed_at(std::uint32_t level, WallTime time, WallTime now) {
    return {.highest_signed = apdu::Level{level}, .signed_at = time, .now = now};
}

TEST(LevelGuard, LetsTheFirstSignatureBeAnywhere) {
    EXPECT_TRUE(allowed(10'000'000, {.now = kNoon}));
    EXPECT_TRUE(allowed(apdu::Level::kEnd.value - 1, {.now = kNoon}));
}

TEST(LevelGuard, HoldsTheFirstSignatureToTwoAboveTheHead) {
    const GuardFacts facts{.now = kNoon, .head = apdu::Level{10'000'000}};
    EXPECT_EQ(highest_allowed(facts), 10'000'002U);
    EXPECT_TRUE(allowed(5, facts));
}

TEST(LevelGuard, AllowsTheSlackAboveTheLastSignature) {
    EXPECT_EQ(highest_allowed(signed_at(10'000'000, kNoon, kNoon)), 10'001'000U);
}

TEST(LevelGuard, AllowsOneMoreForEachBlockTimeSince) {
    for (const auto passed : {0, 5, 6, 7, 11, 12, 600}) {
        EXPECT_EQ(highest_allowed(signed_at(100, kNoon, kNoon + seconds{passed})),
                  1100U + static_cast<std::uint32_t>(passed / 6))
            << passed;
    }
}

TEST(LevelGuard, ComesBackAfterThreeWeeksOfPause) {
    const auto facts = signed_at(10'000'000, kNoon, kNoon + hours{24 * 21});
    const std::uint32_t blocks = 21 * 24 * 600;
    EXPECT_EQ(highest_allowed(facts), 10'000'000 + 1000 + blocks);
}

TEST(LevelGuard, TakesAClockThatWasSetBackAsNoTimePassed) {
    for (const auto back : {seconds{1}, seconds{3600}, seconds{3600 * 24 * 365 * 30}}) {
        EXPECT_EQ(highest_allowed(signed_at(500, kNoon, kNoon - back)), 1500U);
    }
}

TEST(LevelGuard, NeverBlocksLevelsNearTheLastOne) {
    EXPECT_TRUE(allowed(500, signed_at(500, kNoon, kNoon)));
    EXPECT_TRUE(allowed(1, signed_at(500, kNoon, kNoon)));
}

TEST(LevelGuard, GoesByTheOptionsItIsGiven) {
    auto facts = signed_at(500, kNoon, kNoon + seconds{60});
    facts.slack = 0;
    facts.block_time = seconds{30};
    EXPECT_EQ(highest_allowed(facts), 502U);
}

TEST(LevelGuard, IgnoresTheHeadOnceSomethingWasSigned) {
    auto facts = signed_at(500, kNoon, kNoon);
    facts.head = apdu::Level{5};
    EXPECT_EQ(highest_allowed(facts), 1500U);
    facts.head = apdu::Level{5'000'000};
    EXPECT_EQ(highest_allowed(facts), 1500U);
}

TEST(LevelGuard, BearsTheFarEndsOfTimeAndOptions) {
    auto facts = signed_at(0x3fffffff, WallTime::min(), WallTime::max());
    facts.slack = std::numeric_limits<std::uint32_t>::max();
    EXPECT_TRUE(allowed(0x3fffffff, facts));
    EXPECT_FALSE(allowed(5000, signed_at(0, WallTime::max(), WallTime::min())));
}

TEST(LevelGuard, GoesOnFromALevelThatAPersonSetFarAbove) {
    auto facts = signed_at(500, kNoon, kNoon + seconds{60});
    facts.highest_adopted = apdu::Level{5'000'000};
    facts.adopted_at = kNoon + seconds{30};
    EXPECT_EQ(highest_allowed(facts), 5'001'005U);
    facts.now = kNoon;  // set back
    EXPECT_EQ(highest_allowed(facts), 5'001'000U);
}

// The mark of a signature that was lost in a crash is adopted weeks later, when the power is back.
TEST(LevelGuard, ALevelAdoptedAfterAPauseDoesNotForgetThePause) {
    auto facts = signed_at(500, kNoon, kNoon + hours{24 * 21});
    const auto without = highest_allowed(facts);
    facts.highest_adopted = apdu::Level{501};
    facts.adopted_at = facts.now;
    EXPECT_EQ(highest_allowed(facts), without);
}

TEST(LevelGuard, AnAdoptedLevelIsNoFirstSignature) {
    const GuardFacts facts{.highest_adopted = apdu::Level{5}, .adopted_at = kNoon, .now = kNoon};
    EXPECT_TRUE(allowed(10'000'000, facts));
}

TEST(LevelGuard, TakesBlockTimesBelowASecond) {
    auto facts = signed_at(500, kNoon, kNoon + seconds{60});
    facts.block_time = std::chrono::milliseconds{1500};
    EXPECT_EQ(highest_allowed(facts), 1540U);
}

TEST(LevelGuard, SaysWhatItAddedUp) {
    const auto refused = level_guard({5000}, signed_at(100, kNoon, kNoon + seconds{60}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::level_jump));
    EXPECT_EQ(refused.error().detail,
              "level 5000 is above 1110, the last level signed 100, 1000 of slack and one for each "
              "6 s of the 60 s since");
}

}  // namespace
}  // namespace ledger_bridge::floor
