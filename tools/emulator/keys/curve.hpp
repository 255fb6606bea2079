// The four kinds of key the emulated app can derive; BLS is answered like an unknown curve.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ledger_bridge::emulator {

// The values are those of P2 and of the answers.
enum class Curve : std::uint8_t { ed25519 = 0, secp256k1 = 1, p256 = 2, bip32_ed25519 = 3 };

// Nothing for every other P2, 4 (BLS) included.
std::optional<Curve> curve_from_wire(std::uint8_t value);

// Octez's spelling: "ed25519", "secp256k1", "P-256", "bip25519".
std::string_view curve_name(Curve curve);
std::optional<Curve> curve_from_name(std::string_view name);

}  // namespace ledger_bridge::emulator
