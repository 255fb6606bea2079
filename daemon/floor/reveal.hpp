// A reveal of a key's public key: the only manager operation that the Baking app signs unasked.
#pragma once

#include "apdu/digest.hpp"
#include "apdu/keys.hpp"
#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

inline constexpr std::uint8_t kOperationMagic = 0x03;

// Reads exactly one reveal, by `key` and of it, and gives its digest. It has no level and no mark.
//
//   0 magic 03  1 branch(32)  33 tag 6b  34 source: kind of key(1) hash(20)
//   55 fee, counter, gas limit, storage limit (manager_fields.hpp)
//   then kind of key(1), compressed key (32 or 33); in newer protocols 00: without proof
//
// Source: Tezos operation encoding (protocols 023 to 025).
// Errors: bad_message, with field, offset, what was found and what was expected.
Result<apdu::Digest> parse_reveal(ByteView message, const apdu::KeyHash& key);

}  // namespace ledger_bridge::floor
