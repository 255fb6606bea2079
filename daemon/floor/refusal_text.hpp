// What a client reads when a mark refuses: the words of Octez, which of the marks it was, and all
// that are known.
#pragma once

#include <optional>
#include <string>

#include "daemon/floor/payload.hpp"
#include "daemon/floor/watermark.hpp"

namespace ledger_bridge::floor {

// The mark that refused: of what we signed, of levels that count as used, or the device's own.
enum class Refuser { signed_mark, adopted_level, device };

// "block level 9 below high watermark 10; refused by the host's signed mark". The beginning is that
// of octez-signer, which scripts look for, in the case that the mark makes. That mark must be
// known.
std::string refused_by_text(const Payload& payload, Refuser refuser, const KnownMarks& marks);

// "host's mark (10,2)", then the adopted levels if there are any.
std::string host_mark_text(const KnownMarks& marks);
// "device's mark (10,2)".
std::string device_mark_text(const std::optional<Position>& mark);
// Both.
std::string marks_text(const KnownMarks& marks);

// The refusal, then both marks.
std::string refusal_text(const Payload& payload, Refuser refuser, const KnownMarks& marks);

}  // namespace ledger_bridge::floor
