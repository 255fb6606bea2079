// The address of a node's RPC as a person gives it, taken apart.
#pragma once

#include <string>
#include <string_view>

#include "driver/base/result.hpp"

namespace ledger_bridge::node {

struct NodeUrl {
    bool tls = false;
    std::string host;  // without the brackets of an IPv6 address
    std::string port;  // decimal, 1 to 65535
    std::string path;  // what stands before "/chains/…"; without a slash at its end

    bool operator==(const NodeUrl&) const = default;
};

// http://host[:port][/path] or https://…. Errors: bad_node_url, also for a user name, a query or a
// fragment, and for characters that have no place in an address.
Result<NodeUrl> parse_node_url(std::string_view text);

// The Host header: brackets around IPv6, the port unless it is the scheme's own.
std::string host_header(const NodeUrl& url);

}  // namespace ledger_bridge::node
