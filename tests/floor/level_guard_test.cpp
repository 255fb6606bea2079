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

// Said again with the blocks counted one by one.
TEST(LevelGuard, LetsALaggingNodeHoldNobodyUpBeforeTheFirstSignature) {
    using std::chrono::milliseconds;
    for (const auto block : {milliseconds{1500}, milliseconds{6000}, milliseconds{30000}}) {
        for (const auto age : {-5, 0, 1, 5, 6, 7, 29, 30, 119, 120}) {
            std::uint32_t made_since = 0;
            for (auto made = block; made <= seconds{age}; made += block) {
                ++made_since;
            }
            for (const std::uint32_t head : {0U, 1U, 10'000'000U}) {
                const GuardFacts facts{.now = kNoon,
                                       .block_time = block,
                                       .head = apdu::Level{head},
                                       .head_age = seconds{age}};
                EXPECT_EQ(highest_allowed(facts), head + 2 + made_since)
                    << head << " " << age << " " << block.count();
            }
        }
    }
}

TEST(LevelGuard, NamesTheHeadThatItWentBy) {
    const auto refused =
        level_guard({5000}, {.now = kNoon, .head = apdu::Level{100}, .head_age = seconds{60}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::level_jump));
    EXPECT_EQ(refused.error().detail,
              "level 5000 is above 112, the node's head 100, 2 more and one for each 6 s of the "
              "60 s since");
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

constexpr std::uint32_t kBlocksOfTenYears = 10 * 365 * 24 * 600;

TEST(LevelGuard, ComesBackAfterAPauseOfAnyLengthWhenAClockThatWasAheadIsPutRight) {
    for (const auto ahead : {hours{3}, hours{24 * 30}, hours{24 * 365}}) {
        for (const auto pause : {hours{0}, hours{2}, hours{24}, hours{24 * 21}}) {
            const std::uint32_t blocks = static_cast<std::uint32_t>(pause.count()) * 600;
            const auto facts = signed_at(10'000'000, kNoon + ahead, kNoon + pause);
            if (pause < ahead) {
                EXPECT_TRUE(allowed(10'000'000 + blocks, facts)) << pause.count();
            }
        }
    }
}

TEST(LevelGuard, RefusesTheAbsurdWhateverTheClockSays) {
    for (const auto back : {seconds{1}, seconds{3600}, seconds{3600 * 24 * 365 * 30}}) {
        EXPECT_EQ(highest_allowed(signed_at(500, kNoon, kNoon - back)), 1500 + kBlocksOfTenYears);
        EXPECT_FALSE(allowed(0x3fffffff, signed_at(10'000'000, kNoon, kNoon - back)));
    }
    EXPECT_EQ(highest_allowed(signed_at(500, kNoon, kNoon)), 1500U);
}

TEST(LevelGuard, ForgetsTheTimeOfAnAdoptedLevelThatIsStillToComeOnceMoreWasSigned) {
    auto facts = signed_at(500, kNoon, kNoon + seconds{60});
    facts.adopted_at = kNoon + hours{24};
    facts.highest_adopted = apdu::Level{500};
    EXPECT_EQ(highest_allowed(facts), 1510U);
    facts.highest_adopted = apdu::Level{501};
    EXPECT_EQ(highest_allowed(facts), 1501 + kBlocksOfTenYears);
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
    facts.head_age = hours{1};
    EXPECT_EQ(highest_allowed(facts), 1500U);
}

TEST(LevelGuard, BearsTheFarEndsOfTimeAndOptions) {
    auto facts = signed_at(0x3fffffff, WallTime::min(), WallTime::max());
    facts.slack = std::numeric_limits<std::uint32_t>::max();
    EXPECT_TRUE(allowed(0x3fffffff, facts));
    EXPECT_FALSE(allowed(0x3fffffff, signed_at(0, WallTime::max(), WallTime::min())));
}

TEST(LevelGuard, GoesOnFromALevelThatAPersonSetFarAbove) {
    auto facts = signed_at(500, kNoon, kNoon + seconds{60});
    facts.highest_adopted = apdu::Level{5'000'000};
    facts.adopted_at = kNoon + seconds{30};
    EXPECT_EQ(highest_allowed(facts), 5'001'005U);
    facts.now = kNoon;  // set back
    EXPECT_EQ(highest_allowed(facts), 5'001'000 + kBlocksOfTenYears);
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
    const auto set_back = level_guard({0x3fffffff}, signed_at(100, kNoon, kNoon - seconds{1}));
    ASSERT_FALSE(set_back);
    EXPECT_NE(set_back.error().detail.find("315360000 s since at most, the clock"),
              std::string::npos);
}

}  // namespace
}  // namespace ledger_bridge::floor
