#include "daemon/http/json_text.hpp"

#include <nlohmann/json.hpp>

namespace ledger_bridge::daemon {

std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ledger_bridge::daemon
