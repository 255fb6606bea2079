// What the two Weierstrass curves have in common: secrets, points and signatures as bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"
#include "tools/emulator/keys/digest.hpp"

namespace ledger_bridge::emulator {

using SecretKey = std::array<std::uint8_t, 32>;

// 04 X Y.
using Point = std::array<std::uint8_t, 65>;

// 02 or 03 by the parity of Y, then X.
using CompressedPoint = std::array<std::uint8_t, 33>;

struct EcdsaSignature {
    Bytes der;
    // Parity of R.y, flipped where s was replaced by n - s.
    bool odd = false;
};

// One curve's arithmetic, all of it deterministic.
class EcdsaCurve {
public:
    EcdsaCurve() = default;
    EcdsaCurve(const EcdsaCurve&) = delete;
    EcdsaCurve& operator=(const EcdsaCurve&) = delete;
    EcdsaCurve(EcdsaCurve&&) = delete;
    EcdsaCurve& operator=(EcdsaCurve&&) = delete;
    virtual ~EcdsaCurve() = default;

    // 0 < secret < n.
    [[nodiscard]] virtual bool is_secret(const SecretKey& secret) const = 0;
    // (secret + tweak) mod n; nothing when tweak >= n or the sum is 0.
    [[nodiscard]] virtual std::optional<SecretKey> add(const SecretKey& secret,
                                                       const SecretKey& tweak) const = 0;
    [[nodiscard]] virtual Point public_key(const SecretKey& secret) const = 0;
    // RFC 6979 with HMAC-SHA256, low s.
    [[nodiscard]] virtual EcdsaSignature sign(const SecretKey& secret,
                                              const Digest& digest) const = 0;
};

const EcdsaCurve& secp256k1_curve();
const EcdsaCurve& p256_curve();

CompressedPoint compress(const Point& point);

}  // namespace ledger_bridge::emulator
