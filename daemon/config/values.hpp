// Numbers, sizes and times as people write them in options.
#pragma once

#include <cstdint>
#include <string_view>

#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// All errors are bad_option; the detail says what was found and what is accepted.

// Decimal or 0x hexadecimal, `low` to `high`.
Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t low, std::uint64_t high);

// "64KiB", "1MiB", "512B" or "512": bytes, `low` to `high`.
Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t low, std::uint64_t high);

// "500ms", "4s", "2m", "1h": 1 ms to one hour. A number without a unit is refused.
Result<Duration> parse_duration(std::string_view text);

}  // namespace ledger_bridge::daemon
