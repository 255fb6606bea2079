// Which bytes are points of which curve: the checks behind PublicKey.
#pragma once

#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// True for 32 bytes that are a canonical point of ed25519's prime-order group.
bool is_ed25519_point(ByteView bytes);

// The compressed form (33 bytes) of a compressed or uncompressed (65 bytes) point that lies on
// the curve, else nothing.
std::optional<Bytes> compressed_secp256k1_point(ByteView bytes);
std::optional<Bytes> compressed_p256_point(ByteView bytes);

}  // namespace ledger_bridge::apdu
