// The rule that no absurd level is signed, since that would make the device refuse all others.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "apdu/types.hpp"
#include "daemon/floor/pause.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// What the level guard goes by. "Signed" means on any chain that shares the device's mark.
struct GuardFacts {
    std::optional<apdu::Level> highest_signed = std::nullopt;
    Pause since_signed{};  // without meaning when nothing was signed
    // Taken as used on any of these chains, and since when: a person may have set the device up far
    // above what was signed.
    std::optional<apdu::Level> highest_adopted = std::nullopt;
    Pause since_adopted{};
    std::uint32_t slack = 1000;                  // levels; the option max-level-jump
    std::chrono::milliseconds block_time{6000};  // at least 1
    // Of a node that is on the message's chain, and how old that block is now.
    std::optional<apdu::Level> head = std::nullopt;
    std::chrono::seconds head_age{0};

    // Also a level that was signed, or taken as used, so long ago.
    void count_signed(apdu::Level level, const Pause& since);
    void count_adopted(apdu::Level level, const Pause& since);
};

// Refuses a level that is absurdly high, since one such signature would make the device refuse
// everything until a person resets it. Pure.
//
// Before the first signature anything goes, or with a node head + 2 + one for each block time since
// the head was made: a node that lags behind its chain keeps nobody from beginning. After it the
// head counts no more, whatever the node says: the highest level signed + slack + one for each
// block time since, or the same from the highest adopted level where that allows more. Each
// signature brings the whole slack again, so this is no limit to who climbs in many steps. Error:
// level_jump.
//
// How long the pause was is not known in a process that began with a clock that was behind: then it
// counts as long as it may have been. Counting it as none would refuse a baker that comes back
// after a longer pause than the slack until the clock is right, and nothing would be signed that
// could begin the count anew. It ends with the first signature, or with the clock's correction. An
// adopted level that is no higher than what was signed does not lift the limit like this, because
// nothing would end that.
Result<void> level_guard(apdu::Level level, const GuardFacts& facts);

}  // namespace ledger_bridge::floor
