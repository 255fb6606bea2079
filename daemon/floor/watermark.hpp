// The rule that no two different messages of one kind are ever signed for one level and round.
#pragma once

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
    // The same where this process signed it, which no setting of the clock changes; never stored.
    std::optional<BootTime> made = std::nullopt;
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

}  // namespace ledger_bridge::floor
