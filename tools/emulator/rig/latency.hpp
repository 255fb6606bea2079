// How long real devices take for a signature, as the app's authors published it.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "driver/base/clock.hpp"
#include "tools/emulator/keys/curve.hpp"

namespace ledger_bridge::emulator {

enum class Profile { none, nano_s_plus, nano_s, flex };

// "none", "nano-s-plus", "nano-s", "flex".
std::optional<Profile> profile_from_name(std::string_view name);

// The published mean of 100 attestations; zero without a profile.
Duration mean_latency(Profile profile, Curve curve);

// Draws around the mean, within a tenth of it either way; the same series for the same seed.
// A device of `speed` 10 takes a tenth of the time.
class Latency {
public:
    Latency(Profile profile, std::uint64_t seed, int speed = 1)
        : profile_(profile), speed_(speed), random_(seed) {}

    Duration next(Curve curve);

private:
    Profile profile_;
    int speed_;
    std::mt19937_64 random_;
};

}  // namespace ledger_bridge::emulator
