// What can go wrong between a node's RPC and whoever asks it.
#pragma once

#include "driver/base/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::node {

enum class Errc {
    bad_node_url = 1,
    node_unreachable,
    node_timed_out,
    node_redirects,
    node_refused,
    node_bad_answer,
    node_behind,
    node_other_chain,
};

error_code make_error_code(Errc code);

}  // namespace ledger_bridge::node
