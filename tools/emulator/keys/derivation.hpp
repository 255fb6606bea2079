// From the seed to the secret of one path, one rule for each curve.
#pragma once

#include <optional>
#include <span>

#include "driver/base/bytes.hpp"
#include "tools/emulator/keys/curve.hpp"
#include "tools/emulator/keys/ecdsa.hpp"

namespace ledger_bridge::emulator {

// A secret with the chain code its children come from.
struct Node {
    SecretKey secret;
    Digest chain_code;
};

using PathView = std::span<const std::uint32_t>;

// SLIP-10 for ed25519. Nothing for a component that is not hardened.
std::optional<Node> slip10_ed25519(ByteView seed, PathView path);

// BIP-32 for secp256k1 and SLIP-10 for P-256, any components. `key` is the name of the curve in
// the master's HMAC: "Bitcoin seed", "Nist256p1 seed".
Node slip10_ecdsa(const EcdsaCurve& curve, ByteView key, ByteView seed, PathView path);

// BIP32-Ed25519 as Ledger derives it; the answer is kL, which the app takes for an ordinary
// ed25519 seed.
SecretKey bip32_ed25519(ByteView seed, PathView path);

// The secret of `path` on `curve`. Nothing where the device answers 9001.
std::optional<SecretKey> derive(Curve curve, ByteView seed, PathView path);

}  // namespace ledger_bridge::emulator
