// What the device's screen asks in a prompt, so that a person can compare it with the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apdu/keys.hpp"
#include "apdu/types.hpp"

namespace ledger_bridge::admin {

// One entry a screen, in the order in which the right button shows them; the lines of a screen are
// joined by " | ". Measured on a Nano S Plus; other models show the same texts with other breaks.
using Screens = std::vector<std::string>;

Screens setup_screens(const apdu::KeyHash& address,
                      apdu::ChainId chain,
                      apdu::Level main_level,
                      apdu::Level test_level);

Screens reset_screens(apdu::Level level);

// `fee` in millionths of a tez.
Screens delegation_screens(const apdu::KeyHash& address, std::uint64_t fee);

// The title and the value broken into lines as the screen breaks them: 114 pixels of the device's
// proportional 11-pixel font.
std::string screen_text(std::string_view title, std::string_view value);

}  // namespace ledger_bridge::admin
