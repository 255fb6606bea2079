// The hash that Tezos signs and names keys with.
#pragma once

#include <array>
#include <cstdint>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// BLAKE2b with 32 bytes of output, no key.
using Digest = std::array<std::uint8_t, 32>;
Digest blake2b_256(ByteView data);

// BLAKE2b with 20 bytes of output: what an address is made of.
using Hash160 = std::array<std::uint8_t, 20>;
Hash160 blake2b_160(ByteView data);

}  // namespace ledger_bridge::apdu
