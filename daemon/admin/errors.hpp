// What can go wrong in an operator's command, apart from the device and the floor.
#pragma once

#include "driver/base/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::admin {

enum class Errc {
    bad_request = 1,
    unknown_command,
    unknown_device,
    level_needed,
    level_out_of_range,
    level_not_above_signed,
    test_level_not_above_signed,
    level_not_above_used,
    force_lower_refused,
    chain_not_the_nodes,
    wrong_app,
    no_authorized_key,
    read_back_differs,
    prompt_without_effect,
    daemon_absent,
    daemon_forbidden,
    daemon_broke_off,
    daemon_silent,
    bad_answer,
    interrupted,
    prompt_left_open,
    command_left_behind,
    other_key_authorised,
    no_self_delegation,
    delegation_lost,
};

error_code make_error_code(Errc code);

}  // namespace ledger_bridge::admin
