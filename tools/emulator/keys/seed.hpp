// From the words of a person to the 64 bytes that all keys come from (BIP-39, no passphrase).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "driver/base/result.hpp"

namespace ledger_bridge::emulator {

using Seed = std::array<std::uint8_t, 64>;

// The seed of the recordings.
inline constexpr std::string_view kDefaultMnemonic =
    "glory promote mansion idle axis finger extra february uncover one trip resource "
    "lawn turtle enact monster seven myth punch hobby comfort wild raise skin";

// Words in lower case, separated by any amount of white space. Neither the word list nor the
// checksum is consulted: a device only ever shows phrases that it made itself.
// Errors: bad_mnemonic.
Result<Seed> seed_from_mnemonic(std::string_view words);

}  // namespace ledger_bridge::emulator
