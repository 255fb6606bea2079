// Levels, rounds and chains: numbers that must not be mixed up.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "apdu/errors.hpp"

namespace ledger_bridge::apdu {

// The height of a block.
struct Level {
    std::uint32_t value = 0;

    auto operator<=>(const Level&) const = default;

    // The app refuses this level and all above it.
    static const Level kEnd;
};

inline constexpr Level Level::kEnd{0x40000000};

// The attempt to agree on one level, from 0.
struct Round {
    std::uint32_t value = 0;

    auto operator<=>(const Round&) const = default;
};

// The first four bytes of the hash of a chain's genesis; all zero means "every chain" to the app.
struct ChainId {
    std::array<std::uint8_t, 4> bytes{};

    auto operator<=>(const ChainId&) const = default;

    // "NetX...", Base58Check.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool unspecified() const { return *this == ChainId{}; }
};

inline constexpr ChainId kMainnet{{0x7a, 0x06, 0xa7, 0x70}};
inline constexpr ChainId kGhostnet{{0xaf, 0x18, 0x64, 0xd9}};

// "mainnet", "ghostnet", "any" (the unspecified chain), or a "NetX..." id. Errors: bad_chain_id.
Result<ChainId> parse_chain_id(std::string_view text);

// "mainnet", "ghostnet", "any", else "NetX..."; what parse_chain_id reads.
std::string chain_display_name(const ChainId& chain);

// Anything but mainnet and the unspecified chain, which includes mainnet.
bool is_test_network(const ChainId& chain);

// A decimal number below Level::kEnd, digits alone. Errors: bad_level.
Result<Level> parse_level(std::string_view text);

}  // namespace ledger_bridge::apdu
