// The hash functions of the emulated device.
#pragma once

#include <array>
#include <cstdint>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

using Digest = std::array<std::uint8_t, 32>;
using Hash512 = std::array<std::uint8_t, 64>;
using KeyHash = std::array<std::uint8_t, 20>;

Digest blake2b_256(ByteView data);
KeyHash blake2b_160(ByteView data);
Digest sha256(ByteView data);
Hash512 sha512(ByteView data);
Digest hmac_sha256(ByteView key, ByteView data);
Hash512 hmac_sha512(ByteView key, ByteView data);

}  // namespace ledger_bridge::emulator
