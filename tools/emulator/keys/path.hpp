// A derivation path as the app holds it: a count and room for ten components.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace ledger_bridge::emulator {

inline constexpr std::uint32_t kHardened = 0x80000000;

struct Path {
    static constexpr std::size_t kMaxComponents = 10;

    // As on the wire, also when it is none: 0, or above 10. A bad path packet leaves such a count
    // behind, and what was in the components before.
    std::uint8_t count = 0;
    std::array<std::uint32_t, kMaxComponents> components{};

    [[nodiscard]] bool usable() const { return count >= 1 && count <= kMaxComponents; }
    // The components that count; none when the path is not usable.
    [[nodiscard]] std::span<const std::uint32_t> used() const;
    // "44h/1729h/0h/0h".
    [[nodiscard]] std::string text() const;
};

// Compares what counts, not what is left in the unused components.
bool operator==(const Path& left, const Path& right);

}  // namespace ledger_bridge::emulator
