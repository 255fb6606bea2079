// Signatures: from the device's shape to Tezos' 64 bytes and texts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "apdu/curve.hpp"
#include "apdu/errors.hpp"
#include "apdu/keys.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// ed25519: as in RFC 8032; secp256k1, P-256: r (32), s (32), big-endian.
using RawSignature = std::array<std::uint8_t, 64>;

struct Signature {
    RawSignature raw{};

    bool operator==(const Signature&) const = default;
};

// "edsig...", "spsig1...", "p2sig...".
std::string signature_text(KeyKind kind, const Signature& signature);

// Any of the above, or the generic "sig...". Errors: bad_signature, bad_base58.
Result<Signature> parse_signature(std::string_view text);

// The signature of an answer, status word and hash taken off:
//   ed25519, bip25519   64 bytes
//   secp256k1, P-256    DER whose first byte is 30 or 31 (bit 0 is the parity of R.y):
//                       30|31 length 02 length r 02 length s; r and s of 1 to 33 bytes
// For secp256k1 s is made low, as Tezos demands; P-256 stays as it is. Errors: bad_signature.
Result<Signature> signature_from_device(Curve curve, ByteView data);

}  // namespace ledger_bridge::apdu
