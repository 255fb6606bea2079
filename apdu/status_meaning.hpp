// What is known of status words that the Baking app does not give, or not as far as was seen.
#pragma once

#include <string_view>

#include "apdu/status_word.hpp"

namespace ledger_bridge::apdu {

// As Octez and Ledger's own tools call it: "a technical problem in the app". Empty when unknown.
std::string_view status_meaning(StatusWord status);

}  // namespace ledger_bridge::apdu
