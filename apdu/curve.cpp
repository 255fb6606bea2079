#include "apdu/curve.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace ledger_bridge::apdu {

namespace {

struct Spelling {
    std::string_view text;
    Curve curve;
};

constexpr std::array<Spelling, 8> kSpellings{{
    {"ed", Curve::ed25519},
    {"ed25519", Curve::ed25519},
    {"secp256k1", Curve::secp256k1},
    {"p256", Curve::p256},
    {"p-256", Curve::p256},
    {"secp256r1", Curve::p256},
    {"bip25519", Curve::bip25519},
    {"bip32-ed25519", Curve::bip25519},
}};

constexpr std::uint8_t kBls = 4;

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
        const bool upper = letter >= 'A' && letter <= 'Z';
        return upper ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return lower;
}

}  // namespace

Result<Curve> parse_curve(std::string_view text) {
    const auto wanted = lower_case(text);
    for (const auto& spelling : kSpellings) {
        if (wanted == spelling.text) {
            return spelling.curve;
        }
    }
    return fail(Errc::bad_curve, "'" + std::string(text) + "'");
}

std::string_view curve_name(Curve curve) {
    switch (curve) {
        case Curve::ed25519:
            return "ed25519";
        case Curve::secp256k1:
            return "secp256k1";
        case Curve::p256:
            return "P-256";
        case Curve::bip25519:
            break;
    }
    return "bip25519";
}

Result<Curve> curve_from_wire(std::uint8_t derivation_type) {
    if (derivation_type == kBls) {
        return fail(Errc::bad_curve, "a tz4 (BLS) key");
    }
    if (derivation_type > static_cast<std::uint8_t>(Curve::bip25519)) {
        return fail(Errc::bad_curve, "derivation type " + std::to_string(derivation_type));
    }
    return static_cast<Curve>(derivation_type);
}

}  // namespace ledger_bridge::apdu
