// What GET /state tells.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/emulator/app/device.hpp"

namespace ledger_bridge::emulator {

// Every field is always there; outside the Baking app the key, the marks and the setting are those
// in flash.
nlohmann::json state_of(const Device& device, bool plugged);

}  // namespace ledger_bridge::emulator
