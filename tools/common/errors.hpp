// What can go wrong in a tool itself, before or beside the device.
#pragma once

#include "driver/base/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

enum class Errc {
    bad_option = 1,
    bad_node_url,
    node_unreachable,
    node_timed_out,
    node_redirects,
    node_refused,
    node_bad_answer,
    force_lower_needs_terminal,
    level_not_retyped,
    not_confirmed,
    unknown_error,
    unknown_phrase,
    other_key_authorised,
    bad_wallet,
    output_exists,
};

error_code make_error_code(Errc code);

}  // namespace ledger_bridge::tools
