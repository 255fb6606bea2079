#include "tools/emulator/keys/curve.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ledger_bridge::emulator {

namespace {

constexpr std::array<std::string_view, 4> kNames{"ed25519", "secp256k1", "P-256", "bip25519"};

}  // namespace

std::optional<Curve> curve_from_wire(std::uint8_t value) {
    if (value >= kNames.size()) {
        return std::nullopt;
    }
    return static_cast<Curve>(value);
}

std::string_view curve_name(Curve curve) {
    return kNames.at(static_cast<std::size_t>(curve));
}

std::optional<Curve> curve_from_name(std::string_view name) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) {
        return std::nullopt;
    }
    return static_cast<Curve>(found - kNames.begin());
}

}  // namespace ledger_bridge::emulator
