// What a HID report descriptor says that an interface is for.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::driver {

// The usage page on which a Ledger speaks APDUs.
inline constexpr std::uint32_t kLedgerUsagePage = 0xffa0;

// The first usage page that the descriptor names, which is that of its first collection. Nothing
// when there is none, or when the descriptor is cut before it.
// Source: Device Class Definition for HID 1.11, 6.2.2.
std::optional<std::uint32_t> usage_page(ByteView descriptor);

}  // namespace ledger_bridge::driver
