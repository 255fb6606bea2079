// What can go wrong in a tool itself, before or beside the device.
#pragma once

#include "driver/base/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

enum class Errc {
    bad_option = 1,
    force_lower_needs_terminal,
    level_not_retyped,
    not_confirmed,
    unknown_error,
    unknown_phrase,
    unknown_alias,
    no_test_sign,
    bad_wallet,
    output_exists,
    output_needed,
    output_theirs,
    bad_operation,
    outcome_unknown,
};

error_code make_error_code(Errc code);

}  // namespace ledger_bridge::tools
