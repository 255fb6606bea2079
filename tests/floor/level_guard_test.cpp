#include "daemon/floor/level_guard.hpp"

#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// As a clock that is behind leaves it.
constexpr Pause kUnknown{kLongestPause, true};
constexpr std::uint32_t kBlocksOfUnknown = 30 * 24 * 600;

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

GuardFacts signed_before(std::uint32_t level, const Pause& since) {
    return {.highest_signed = apdu::Level{level}, .since_signed = since};
}

TEST(LevelGuard, LetsTheFirstSignatureBeAnywhere) {
    EXPECT_TRUE(allowed(10'000'000, {}));
    EXPECT_TRUE(allowed(apdu::Level::kEnd.value - 1, {}));
}

TEST(LevelGuard, HoldsTheFirstSignatureToTwoAboveTheHead) {
    const GuardFacts facts{.head = apdu::Level{10'000'000}};
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
                const GuardFacts facts{
                    .block_time = block, .head = apdu::Level{head}, .head_age = seconds{age}};
                EXPECT_EQ(highest_allowed(facts), head + 2 + made_since)
                    << head << " " << age << " " << block.count();
            }
        }
    }
}

TEST(LevelGuard, NamesTheHeadThatItWentBy) {
    const auto refused = level_guard({5000}, {.head = apdu::Level{100}, .head_age = seconds{60}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::level_jump));
    EXPECT_EQ(refused.error().detail,
              "level 5000 is above 112, the node's head 100, 2 more and one for each 6 s of the "
              "60 s since");
}

TEST(LevelGuard, AllowsTheSlackAboveTheLastSignature) {
    EXPECT_EQ(highest_allowed(signed_before(10'000'000, {})), 10'001'000U);
}

TEST(LevelGuard, AllowsOneMoreForEachBlockTimeSince) {
    for (const auto passed : {0, 5, 6, 7, 11, 12, 600}) {
        EXPECT_EQ(highest_allowed(signed_before(100, {seconds{passed}})),
                  1100U + static_cast<std::uint32_t>(passed / 6))
            << passed;
    }
}

TEST(LevelGuard, ComesBackAfterThreeWeeksOfPause) {
    const auto facts = signed_before(10'000'000, {hours{24 * 21}});
    const std::uint32_t blocks = 21 * 24 * 600;
    EXPECT_EQ(highest_allowed(facts), 10'000'000 + 1000 + blocks);
}

TEST(LevelGuard, AllowsAsMuchAsAPauseMayHaveBeen) {
    EXPECT_EQ(highest_allowed(signed_before(500, kUnknown)), 1500 + kBlocksOfUnknown);
    EXPECT_FALSE(allowed(0x3fffffff, signed_before(10'000'000, kUnknown)));
}

TEST(LevelGuard, GoesByTheHighestLevelThatItWasTold) {
    GuardFacts facts;
    facts.count_signed({500}, {seconds{60}});
    facts.count_signed({400}, kUnknown);
    EXPECT_EQ(highest_allowed(facts), 1510U);
    facts.count_signed({501}, {});
    EXPECT_EQ(highest_allowed(facts), 1501U);
}

TEST(LevelGuard, GoesByTheBestKnownPauseOfEqualLevels) {
    for (const auto& pauses : {std::array{kUnknown, Pause{seconds{60}}, Pause{}},
                               std::array{Pause{}, Pause{seconds{60}}, kUnknown}}) {
        GuardFacts facts;
        for (const auto& pause : pauses) {
            facts.count_signed({500}, pause);
            facts.count_adopted({600}, pause);
        }
        EXPECT_EQ(facts.since_signed, Pause{seconds{60}});
        EXPECT_EQ(facts.since_adopted, Pause{seconds{60}});
    }
}

TEST(LevelGuard, ForgetsTheUnknownPauseOfAnAdoptedLevelOnceMoreWasSigned) {
    auto facts = signed_before(500, {seconds{60}});
    facts.since_adopted = kUnknown;
    facts.highest_adopted = apdu::Level{500};
    EXPECT_EQ(highest_allowed(facts), 1510U);
    facts.highest_adopted = apdu::Level{501};
    EXPECT_EQ(highest_allowed(facts), 1501 + kBlocksOfUnknown);
}

TEST(LevelGuard, NeverBlocksLevelsNearTheLastOne) {
    EXPECT_TRUE(allowed(500, signed_before(500, {})));
    EXPECT_TRUE(allowed(1, signed_before(500, {})));
}

TEST(LevelGuard, GoesByTheOptionsItIsGiven) {
    auto facts = signed_before(500, {seconds{60}});
    facts.slack = 0;
    facts.block_time = seconds{30};
    EXPECT_EQ(highest_allowed(facts), 502U);
}

TEST(LevelGuard, IgnoresTheHeadOnceSomethingWasSigned) {
    auto facts = signed_before(500, {});
    facts.head = apdu::Level{5};
    EXPECT_EQ(highest_allowed(facts), 1500U);
    facts.head = apdu::Level{5'000'000};
    facts.head_age = hours{1};
    EXPECT_EQ(highest_allowed(facts), 1500U);
}

TEST(LevelGuard, BearsTheFarEndsOfTimeAndOptions) {
    auto facts = signed_before(0x3fffffff, {seconds::max()});
    facts.slack = std::numeric_limits<std::uint32_t>::max();
    EXPECT_TRUE(allowed(0x3fffffff, facts));
    facts.block_time = std::chrono::milliseconds{std::numeric_limits<std::int64_t>::max()};
    facts.slack = 0;
    EXPECT_FALSE(allowed(0x40000000, facts));
}

TEST(LevelGuard, GoesOnFromALevelThatAPersonSetFarAbove) {
    auto facts = signed_before(500, {seconds{60}});
    facts.highest_adopted = apdu::Level{5'000'000};
    facts.since_adopted = {seconds{30}};
    EXPECT_EQ(highest_allowed(facts), 5'001'005U);
    facts.since_adopted = kUnknown;
    EXPECT_EQ(highest_allowed(facts), 5'001'000 + kBlocksOfUnknown);
}

// The mark of a signature that was lost in a crash is adopted weeks later, when the power is back.
TEST(LevelGuard, ALevelAdoptedAfterAPauseDoesNotForgetThePause) {
    auto facts = signed_before(500, {hours{24 * 21}});
    const auto without = highest_allowed(facts);
    facts.highest_adopted = apdu::Level{501};
    facts.since_adopted = {};
    EXPECT_EQ(highest_allowed(facts), without);
}

TEST(LevelGuard, AnAdoptedLevelIsNoFirstSignature) {
    const GuardFacts facts{.highest_adopted = apdu::Level{5}};
    EXPECT_TRUE(allowed(10'000'000, facts));
}

TEST(LevelGuard, TakesBlockTimesBelowASecond) {
    auto facts = signed_before(500, {seconds{60}});
    facts.block_time = std::chrono::milliseconds{1500};
    EXPECT_EQ(highest_allowed(facts), 1540U);
}

TEST(LevelGuard, SaysWhatItAddedUp) {
    const auto refused = level_guard({5000}, signed_before(100, {seconds{60}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::level_jump));
    EXPECT_EQ(refused.error().detail,
              "level 5000 is above 1110, the last level signed 100, 1000 of slack and one for each "
              "6 s of the 60 s since");
    const auto behind = level_guard({0x3fffffff}, signed_before(100, kUnknown));
    ASSERT_FALSE(behind);
    EXPECT_NE(behind.error().detail.find("2592000 s since at most, the clock being behind"),
              std::string::npos);
}

}  // namespace
}  // namespace ledger_bridge::floor
