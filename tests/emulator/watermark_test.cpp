// The rule over a grid, against its statement in words.
#include "tools/emulator/app/watermark.hpp"

#include <array>
#include <tuple>

#include <gtest/gtest.h>

namespace ledger_bridge::emulator {

namespace {

constexpr std::array<Kind, 3> kKinds{Kind::block, Kind::preattestation, Kind::attestation};

constexpr std::array<std::uint32_t, 7> kLevels{
    0, 1, 2, 0x3ffffffe, 0x3fffffff, 0x40000000, 0xffffffff};
constexpr std::array<std::uint32_t, 5> kRounds{0, 1, 2, 0x7fffffff, 0xffffffff};

// Level above; same level and round above; at exactly (level, round): an attestation if none yet,
// a preattestation if neither yet, a block never.
bool stated(const Watermark& mark, const BakingMessage& message) {
    const auto at = std::pair(mark.level, mark.round);
    const auto wanted = std::pair(message.level, message.round);
    const auto fresh_vote =
        (message.kind == Kind::attestation && !mark.attested) ||
        (message.kind == Kind::preattestation && !mark.preattested && !mark.attested);
    return message.level < 0x40000000 && (wanted > at || (wanted == at && fresh_vote));
}

template <class Check>
void over_the_grid(Check check) {
    for (const auto mark_level : kLevels) {
        for (const auto mark_round : kRounds) {
            for (unsigned flags = 0; flags < 4; ++flags) {
                const Watermark mark{mark_level, mark_round, (flags & 1) != 0, (flags & 2) != 0};
                for (const auto level : kLevels) {
                    for (const auto round : kRounds) {
                        for (const auto kind : kKinds) {
                            check(mark, BakingMessage{kind, 0, level, round});
                        }
                    }
                }
            }
        }
    }
}

}  // namespace

TEST(Watermark, AllowsExactlyWhatTheRuleStates) {
    over_the_grid([](const Watermark& mark, const BakingMessage& message) {
        ASSERT_EQ(allows(mark, message), stated(mark, message))
            << mark.level << ' ' << mark.round << ' ' << message.level << ' ' << message.round;
    });
}

TEST(Watermark, StandsAtTheMessageThatWasSigned) {
    over_the_grid([](const Watermark& mark, const BakingMessage& message) {
        if (!allows(mark, message)) {
            return;
        }
        const auto moved = after(mark, message);
        ASSERT_EQ(moved.level, message.level);
        ASSERT_EQ(moved.round, message.round);
        const auto stays = message.level == mark.level && message.round == mark.round;
        ASSERT_EQ(moved.attested, message.kind == Kind::attestation || (stays && mark.attested));
        ASSERT_EQ(moved.preattested,
                  message.kind == Kind::preattestation || (stays && mark.preattested));
        ASSERT_FALSE(allows(moved, message));
    });
}

TEST(Watermark, LosesItsRoundAndKeepsItsFlagsWhenAnOperationIsSigned) {
    EXPECT_EQ(after_operation({7, 5, true, true}), (Watermark{7, 0, true, true}));
    EXPECT_EQ(after_operation({0, 0, false, true}), (Watermark{0, 0, false, true}));
}

TEST(Watermark, KeepsThePreattestationFlagThroughReset) {
    EXPECT_EQ(after_reset({7, 5, true, true}, 3), (Watermark{3, 0, false, true}));
    EXPECT_EQ(after_reset({7, 5, true, false}, 9), (Watermark{9, 0, false, false}));
}

}  // namespace ledger_bridge::emulator
