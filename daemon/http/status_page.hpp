// The page for people at GET /.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "daemon/http/http_message.hpp"

namespace ledger_bridge::daemon {

// Self-contained HTML: no script, no outside address. `health` is the object of /healthz; members
// beyond those it knows get a row each. Every text in it is escaped.
HttpAnswer status_page(const nlohmann::ordered_json& health, std::string_view version);

}  // namespace ledger_bridge::daemon
