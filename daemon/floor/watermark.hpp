// The rule that no two different messages of one kind are ever signed for one level and round.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "apdu/digest.hpp"
#include "apdu/signature.hpp"
#include "apdu/types.hpp"
#include "daemon/floor/payload.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

struct Position {
    apdu::Level level;
    apdu::Round round;

    auto operator<=>(const Position&) const = default;  // NOLINT(modernize-use-nullptr): its bug
};

Position position_of(const Payload& payload);

// "(level,round)", as Octez prints a mark.
std::string position_text(const Position& position);

// Of a position that is used by a message nobody knows: the digest of no message, so that whatever
// is asked for there is different data.
inline constexpr apdu::Digest kUnknownDigest{};

// What we signed last for one key, chain and kind.
struct SignedMark {
    Position position;
    apdu::Digest digest{};
    std::optional<apdu::Signature> signature;  // none: it was lost, or is being made
    WallTime time;
};

bool same_message(const SignedMark& left, const SignedMark& right);

// Everything that is known about one key, chain and kind.
struct KnownMarks {
    std::optional<SignedMark> signed_mark = std::nullopt;
    // Every kind and round of every level up to this one counts as used.
    std::optional<apdu::Level> adopted = std::nullopt;
    // The device's mark that covers this chain, as it last said.
    std::optional<Position> device = std::nullopt;
    // Who said that the adopted levels are used.
    std::string adopted_from = "the device";
};

enum class Verdict {
    sign,
    repeat,     // the same message again: give the stored signature, do not ask the device
    ask_again,  // the same message again, its signature lost: the device may be asked
};

// Applies the rule; pure. Source: Octez remote-signer protocol, high watermark; the Baking app's
// watermark rule, measured.
//
// A stored signature is repeated whatever the other marks say: it exists already. Otherwise our
// own mark decides first, then the adopted levels, then the device's mark. The device has one
// mark for all kinds and hides which votes it saw there, so at exactly its mark only a block is
// certain to be refused; everything below it is.
//
// Errors, whose detail begins with the words of Octez, says which of the marks refused and ends
// with every mark that is known: below_watermark, not_above_watermark, different_data,
// device_watermark.
Result<Verdict> decide(const Payload& payload, const KnownMarks& marks);

// What the level guard goes by. "Signed" means on any chain that shares the device's mark.
struct GuardFacts {
    std::optional<apdu::Level> highest_signed = std::nullopt;
    WallTime signed_at{};  // when that was; without meaning when nothing was signed
    // Taken as used on any of these chains, and since when: a person may have set the device up far
    // above what was signed.
    std::optional<apdu::Level> highest_adopted = std::nullopt;
    WallTime adopted_at{};
    WallTime now{};
    std::uint32_t slack = 1000;                  // levels; the option max-level-jump
    std::chrono::milliseconds block_time{6000};  // at least 1
    // Of a node that is on the message's chain, and how old that block is now.
    std::optional<apdu::Level> head = std::nullopt;
    std::chrono::seconds head_age{0};
};

// Longer than any signer rests. Not up to now from some day in the past: that would go by the very
// clock that is doubted.
inline constexpr std::chrono::hours kLongestPause{24 * 365 * 10};

// Refuses a level that is absurdly high, since one such signature would make the device refuse
// everything until a person resets it. Pure.
//
// Before the first signature anything goes, or with a node head + 2 + one for each block time since
// the head was made: a node that lags behind its chain keeps nobody from beginning. After it the
// head counts no more, whatever the node says: the highest level signed + slack + one for each
// block time since, or the same from the highest adopted level where that allows more. Error:
// level_jump.
//
// A time that is still to come says that the clock was ahead then or is behind now, so how long the
// pause was is not known: it may have been kLongestPause. Counting it as none would refuse a baker
// that comes back after a longer pause than the slack until the clock has caught up, and nothing
// would be signed that could put the time right. It lets a client ask for a level that is absurd by
// at most that much, and only between the clock's correction and the next signature, which brings a
// time of the new clock; what is above that, as the highest levels of all are, is refused even
// then. An adopted level that is no higher than what was signed since does not lift the limit like
// this, because nothing would end that.
Result<void> level_guard(apdu::Level level, const GuardFacts& facts);

}  // namespace ledger_bridge::floor
