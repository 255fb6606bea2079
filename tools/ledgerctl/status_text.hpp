// The results of ledgerctl's commands in words, from the JSON of admin/status_report.hpp.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/common/plan_text.hpp"

namespace ledger_bridge::tools {

// A table, one device a line.
Lines list_lines(const nlohmann::json& status);
// Everything of every device.
Lines status_lines(const nlohmann::json& status);
Lines pubkey_lines(const nlohmann::json& key);
// The device does not ask for it, so the terminal does.
inline constexpr auto* kDeauthorizeQuestion =
    "Take the authorisation to bake away from the device? It will not ask itself. [y/N] ";
Lines deauthorize_lines(const nlohmann::json& result);

// Who has the higher mark for the device's main chain: "device and host are level",
// "the device is ahead by 3 levels", "the host is ahead by 3 levels".
std::string ahead_text(const nlohmann::json& device);

}  // namespace ledger_bridge::tools
