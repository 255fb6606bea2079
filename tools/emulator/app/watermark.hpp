// The app's watermark rule and its two marks' way to move, the round bug included.
#pragma once

#include <cstdint>

#include "tools/emulator/app/message.hpp"

namespace ledger_bridge::emulator {

// Levels from here on are refused in messages and by RESET, but not by SETUP.
inline constexpr std::uint32_t kLevelEnd = 0x40000000;

struct Watermark {
    std::uint32_t level = 0;
    std::uint32_t round = 0;
    // Whether an attestation, a preattestation was signed at exactly (level, round). No query
    // shows these two.
    bool attested = false;
    bool preattested = false;

    bool operator==(const Watermark&) const = default;
};

// Whether the app signs `message` at this mark. Any level or round.
bool allows(const Watermark& mark, const BakingMessage& message);

// The mark after an allowed message was signed.
Watermark after(const Watermark& mark, const BakingMessage& message);

// The mark after a manager operation was signed: the app writes (0, 0) as if it were a block, so
// the level stays and the round is lost, while the flags still speak of the old round.
Watermark after_operation(const Watermark& mark);

// The mark after RESET: round 0 and no attestation, but the preattestation flag stays.
Watermark after_reset(const Watermark& mark, std::uint32_t level);

}  // namespace ledger_bridge::emulator
