// Asks a node where its chain is.
#pragma once

#include <stop_token>

#include "daemon/node/node_head.hpp"
#include "daemon/node/node_url.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::node {

// GET <url>/chains/main/blocks/head/header, and what it says (parse_head).
// Errors: node_unreachable, node_timed_out, node_redirects, node_refused, node_bad_answer.
Result<NodeHead> ask_node(const NodeUrl& url,
                          const Deadline& deadline,
                          const Clock& clock,
                          const std::stop_token& stop = {});

}  // namespace ledger_bridge::node
