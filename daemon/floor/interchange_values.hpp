// The values that every format of watermark files has in common.
#pragma once

#include <cstdint>
#include <limits>

#include "daemon/floor/json_fields.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor {

// What a WallTime of nanoseconds can hold, since 1970.
inline constexpr std::int64_t kLatestMicrosecond =
    std::numeric_limits<std::int64_t>::max() / 1000 - 1;
// The highest round there is.
inline constexpr std::uint32_t kHighestRound = 0x7fffffff;

// Only the one text that chain and key have; not "mainnet", not "any". Error: bad_interchange.
Result<apdu::ChainId> read_chain(std::string_view text);
Result<apdu::KeyHash> read_key(std::string_view text);
// 64 hex digits, not all zero. Error: bad_interchange.
Result<apdu::Digest> read_digest(std::string_view hex);
// Also the names before protocol 019: preendorsement, endorsement. Error: bad_interchange.
Result<Kind> read_any_kind(std::string_view text);

apdu::Level read_level(Members& members);
apdu::Round read_round(Members& members);

}  // namespace ledger_bridge::floor
