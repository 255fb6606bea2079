// The curves on which the app derives keys; the numbers are the app's derivation types.
#pragma once

#include <cstdint>
#include <string_view>

#include "apdu/errors.hpp"

namespace ledger_bridge::apdu {

enum class Curve : std::uint8_t {
    ed25519 = 0,
    secp256k1 = 1,
    p256 = 2,
    bip25519 = 3,  // an ordinary ed25519 key, derived another way
};

// Octez' spellings, upper or lower case: ed, ed25519; secp256k1; p256, p-256, secp256r1;
// bip25519, bip32-ed25519. Errors: bad_curve.
Result<Curve> parse_curve(std::string_view text);

// "ed25519", "secp256k1", "P-256", "bip25519".
std::string_view curve_name(Curve curve);

// The curve of a derivation type on the wire. Errors: bad_curve, also for 4 (BLS, tz4), with
// which a Ledger cannot bake today.
Result<Curve> curve_from_wire(std::uint8_t derivation_type);

}  // namespace ledger_bridge::apdu
