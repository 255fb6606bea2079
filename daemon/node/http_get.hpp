// One HTTP GET, blocking, within a deadline.
#pragma once

#include <stop_token>
#include <string>

#include "daemon/node/node_url.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::node {

struct HttpReply {
    unsigned status = 0;
    std::string body;
    std::string location;  // of a redirection, which is not followed
};

// Asks for `target` below the address's path. With https the certificate must be valid for the
// host by the system's authorities. Bodies of up to 1 MiB. Blocks until the deadline, or until it
// is stopped, which is node_unreachable.
// Errors: node_unreachable, node_timed_out, node_bad_answer (no HTTP, or too long).
Result<HttpReply> http_get(const NodeUrl& url,
                           const std::string& target,
                           const Deadline& deadline,
                           const std::stop_token& stop = {});

}  // namespace ledger_bridge::node
