// YAML of others as JSON, so that one way of looking into it is enough. Pure.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// One document of at most 256 KiB: maps with texts as their names, lists, texts; a number is the
// text that stands there, "~", "null" and nothing are null. Anchors, aliases, tags and control
// characters are refused, and so are a name that stands twice in a map and a second document. An
// empty text is null.
// Error: bad_wallet with the line.
Result<nlohmann::json> parse_yaml(std::string_view text);

}  // namespace ledger_bridge::tools
