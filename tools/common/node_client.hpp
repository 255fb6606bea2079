// Asks a node where its chain is.
#pragma once

#include <string_view>

#include "daemon/admin/setup_plan.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// GET <url>/chains/main/blocks/head/header, and its "level", "chain_id" and "timestamp"; without a
// timestamp that can be read the head counts as new.
// Errors: bad_node_url, node_unreachable, node_timed_out, node_redirects, node_refused,
// node_bad_answer.
Result<admin::NodeHead> ask_node(std::string_view url,
                                 const Deadline& deadline,
                                 const Clock& clock);

}  // namespace ledger_bridge::tools
