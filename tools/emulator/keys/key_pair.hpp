// One key of the device: what it shows, hashes to and signs.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "driver/base/bytes.hpp"
#include "tools/emulator/keys/curve.hpp"
#include "tools/emulator/keys/derivation.hpp"

namespace ledger_bridge::emulator {

class KeyPair {
public:
    KeyPair(Curve curve, const SecretKey& secret);

    [[nodiscard]] Curve curve() const { return curve_; }

    // As the app answers it: `02` and 32 bytes, or `04` X Y.
    [[nodiscard]] const Bytes& wire() const { return wire_; }

    // As Tezos writes it: 32 bytes, or `02`/`03` and X.
    [[nodiscard]] const Bytes& compressed() const { return compressed_; }

    // Tezos' number for the kind of key: 0 ed25519, 1 secp256k1, 2 P-256.
    [[nodiscard]] std::uint8_t tezos_tag() const;

    [[nodiscard]] KeyHash hash() const { return blake2b_160(compressed_); }

    // tz1..., tz2..., tz3...
    [[nodiscard]] std::string address() const;

    // As the app answers it: 64 raw bytes, or DER whose first byte carries R.y's parity in bit 0.
    [[nodiscard]] Bytes sign(const Digest& digest) const;

private:
    Curve curve_;
    SecretKey secret_;
    Bytes wire_;
    Bytes compressed_;
};

}  // namespace ledger_bridge::emulator
