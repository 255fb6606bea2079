// JSON as text, whatever bytes its strings hold.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace ledger_bridge::daemon {

// Minified. Bytes that are no UTF-8 become U+FFFD instead of an exception.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace ledger_bridge::daemon
