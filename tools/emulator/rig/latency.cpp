#include "tools/emulator/rig/latency.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace ledger_bridge::emulator {

namespace {

constexpr std::array<std::string_view, 4> kProfileNames{"none", "nano-s-plus", "nano-s", "flex"};

// Milliseconds by profile and curve: ed25519, secp256k1, P-256, bip25519.
constexpr std::array<std::array<int, 4>, 4> kMeans{{
    {0, 0, 0, 0},
    {465, 229, 226, 787},
    {670, 876, 670, 878},
    {456, 214, 215, 783},
}};

}  // namespace

std::optional<Profile> profile_from_name(std::string_view name) {
    const auto* const found = std::find(kProfileNames.begin(), kProfileNames.end(), name);
    return found == kProfileNames.end()
               ? std::nullopt
               : std::optional(static_cast<Profile>(found - kProfileNames.begin()));
}

Duration mean_latency(Profile profile, Curve curve) {
    return std::chrono::milliseconds(
        kMeans.at(static_cast<std::size_t>(profile)).at(static_cast<std::size_t>(curve)));
}

Duration Latency::next(Curve curve) {
    const auto mean = mean_latency(profile_, curve).count();
    std::uniform_int_distribution<Duration::rep> spread(-mean / 10, mean / 10);
    return Duration(mean + spread(random_)) / speed_;
}

}  // namespace ledger_bridge::emulator
