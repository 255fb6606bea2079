// One HTTP GET, blocking, within a deadline.
#pragma once

#include <string>

#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"
#include "tools/common/node_url.hpp"

namespace ledger_bridge::tools {

struct HttpReply {
    unsigned status = 0;
    std::string body;
    std::string location;  // of a redirection, which is not followed
};

// Asks for `target` below the address's path. With https the certificate must be valid for the
// host by the system's authorities. Bodies of up to 1 MiB.
// Errors: node_unreachable, node_timed_out, node_bad_answer (no HTTP, or too long).
Result<HttpReply> http_get(const NodeUrl& url, const std::string& target, const Deadline& deadline);

}  // namespace ledger_bridge::tools
