// What a Nano S Plus shows, as text: one string a screen, its lines joined by " | ".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ledger_bridge::emulator {

using Screens = std::vector<std::string>;

// `steps` between the opening "Review | Request" and the closing "Reject", "Accept".
Screens review(const Screens& steps);

// A title and a value; the value is broken where the 114 pixels of a line end.
std::string screen(std::string_view title, std::string_view value);

// "any", "mainnet", or Base58Check: "NetXnHfVqm9iesp".
std::string chain_text(std::uint32_t chain);

// Millionths of a tez: "0.001 XTZ", "12 XTZ".
std::string fee_text(std::uint64_t fee);

}  // namespace ledger_bridge::emulator
