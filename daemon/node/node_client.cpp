#include "daemon/node/node_client.hpp"

#include <fmt/format.h>

#include "daemon/node/errors.hpp"
#include "daemon/node/http_get.hpp"

namespace ledger_bridge::node {

namespace {

constexpr const char* kHeadHeader = "/chains/main/blocks/head/header";

Result<void> check_status(const HttpReply& reply) {
    if (reply.status == 200) {
        return {};
    }
    if (reply.status >= 300 && reply.status < 400) {
        return fail(Errc::node_redirects, reply.location);
    }
    return fail(Errc::node_refused, fmt::format("HTTP status {}", reply.status));
}

}  // namespace

Result<NodeHead> ask_node(const NodeUrl& url,
                          const Deadline& deadline,
                          const Clock& clock,
                          const std::stop_token& stop) {
    const auto reply = http_get(url, kHeadHeader, deadline, stop);
    if (!reply) {
        return reply.error();
    }
    const auto status = check_status(*reply);
    return status ? parse_head(reply->body, clock.wall()) : status.error();
}

}  // namespace ledger_bridge::node
