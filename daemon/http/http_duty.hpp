// A handler's duty to answer one request. Internal to this folder.
#pragma once

#include <cstdint>
#include <memory>

#include "daemon/http/http_message.hpp"

namespace ledger_bridge::daemon {

class HttpConnection;

// What a handler is given for request number `serial`. Called, it answers; destroyed uncalled, on
// whatever thread, it makes the connection answer 500, so that no client waits for ever.
Respond make_respond(const std::shared_ptr<HttpConnection>& connection, std::uint64_t serial);

}  // namespace ledger_bridge::daemon
