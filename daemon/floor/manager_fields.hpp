// What reveals and delegations have in common: one reading of it for both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apdu/keys.hpp"
#include "daemon/floor/fields.hpp"

namespace ledger_bridge::floor {

inline constexpr std::uint8_t kRevealTag = 0x6b;
inline constexpr std::uint8_t kDelegationTag = 0x6e;

// "0x6c (a transaction)", for the tag of an operation.
std::string operation_text(std::uint8_t tag);

// kind of key(1) hash(20), which must be those of `key`.
void read_key_hash(Fields& fields, std::string_view field, const apdu::KeyHash& key);

// Source, which must be `key`; fee, counter, gas limit, storage limit: 7 bits a byte, least first,
// 80 = more, in as few bytes as can be; below 2^64, the fee below 2^63. Gives the fee, in
// millionths of a tez.
std::uint64_t read_manager(Fields& fields, const apdu::KeyHash& key);

// The rest of a reveal: kind of key(1), compressed key (32 or 33), whose hash must be `key`.
void read_revealed_key(Fields& fields, const apdu::KeyHash& key);

}  // namespace ledger_bridge::floor
