// The delegation of a key to itself, by which a baker registers as a delegate.
#pragma once

#include <cstdint>

#include "apdu/digest.hpp"
#include "apdu/keys.hpp"
#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

struct Delegation {
    bool reveals = false;   // the key is revealed first
    std::uint64_t fee = 0;  // of both together, in millionths of a tez; what the device shows
    apdu::Digest digest{};  // BLAKE2b-256 of the whole message, magic byte included
};

// Reads exactly one delegation of `key` to itself, alone or after a reveal of it; like a reveal it
// has no level and no mark, and the Baking app asks a person before it signs it.
//
//   0 magic 03  1 branch(32)
//   perhaps  tag 6b, source and numbers (manager_fields.hpp), kind of key(1), compressed key
//   then     tag 6e, source and numbers, ff, delegate: kind of key(1) hash(20)
//
// The 00 that ends a reveal in newer protocols is refused: the Baking app takes it for another
// operation. Source: Tezos operation encoding (protocols 023 to 025).
// Errors: bad_message, with field, offset, what was found and what was expected.
Result<Delegation> parse_delegation(ByteView message, const apdu::KeyHash& key);

}  // namespace ledger_bridge::floor
