#include "daemon/admin/exit_codes.hpp"

#include <algorithm>
#include <array>

namespace ledger_bridge::admin {

namespace {

struct ExitRow {
    std::string_view id;
    ExitCode code;
};

// Ids of every folder; one that is not listed is an ordinary failure.
constexpr std::array kExitRows{
    ExitRow{"bad_option", ExitCode::wrong_usage},
    ExitRow{"bad_request", ExitCode::wrong_usage},
    ExitRow{"unknown_command", ExitCode::wrong_usage},
    ExitRow{"unknown_device", ExitCode::wrong_usage},
    ExitRow{"bad_device_name", ExitCode::wrong_usage},
    ExitRow{"bad_path", ExitCode::wrong_usage},
    ExitRow{"bad_curve", ExitCode::wrong_usage},
    ExitRow{"bad_chain_id", ExitCode::wrong_usage},
    ExitRow{"bad_level", ExitCode::wrong_usage},
    ExitRow{"level_needed", ExitCode::wrong_usage},
    ExitRow{"level_out_of_range", ExitCode::wrong_usage},
    ExitRow{"force_lower_refused", ExitCode::wrong_usage},
    ExitRow{"force_lower_needs_terminal", ExitCode::wrong_usage},
    ExitRow{"chain_not_the_nodes", ExitCode::wrong_usage},
    ExitRow{"bad_node_url", ExitCode::wrong_usage},
    ExitRow{"bad_ledger_uri", ExitCode::wrong_usage},
    ExitRow{"unknown_error", ExitCode::wrong_usage},
    ExitRow{"unknown_phrase", ExitCode::wrong_usage},
    ExitRow{"unknown_alias", ExitCode::wrong_usage},
    ExitRow{"no_test_sign", ExitCode::wrong_usage},
    ExitRow{"output_exists", ExitCode::wrong_usage},
    ExitRow{"output_needed", ExitCode::wrong_usage},
    ExitRow{"output_theirs", ExitCode::wrong_usage},
    ExitRow{"bad_operation", ExitCode::wrong_usage},
    ExitRow{"no_self_delegation", ExitCode::wrong_usage},
    ExitRow{"no_device", ExitCode::no_usable_device},
    ExitRow{"several_devices", ExitCode::no_usable_device},
    ExitRow{"permission_denied", ExitCode::no_usable_device},
    ExitRow{"device_busy", ExitCode::no_usable_device},
    ExitRow{"no_hid_driver", ExitCode::no_usable_device},
    ExitRow{"bootloader", ExitCode::no_usable_device},
    ExitRow{"unknown_product", ExitCode::no_usable_device},
    ExitRow{"disconnected", ExitCode::no_usable_device},
    ExitRow{"bad_frame", ExitCode::no_usable_device},
    ExitRow{"system", ExitCode::no_usable_device},
    ExitRow{"malformed_answer", ExitCode::no_usable_device},
    ExitRow{"no_app_open", ExitCode::no_usable_device},
    ExitRow{"wrong_app", ExitCode::no_usable_device},
    ExitRow{"device_locked", ExitCode::no_usable_device},
    ExitRow{"locked", ExitCode::no_usable_device},
    ExitRow{"unknown_instruction", ExitCode::no_usable_device},
    ExitRow{"unknown_class", ExitCode::no_usable_device},
    ExitRow{"unauthorised", ExitCode::no_usable_device},
    ExitRow{"no_authorised_key", ExitCode::no_usable_device},
    ExitRow{"no_authorized_key", ExitCode::no_usable_device},
    ExitRow{"no_device_yet", ExitCode::no_usable_device},
    ExitRow{"device_absent", ExitCode::no_usable_device},
    ExitRow{"opening", ExitCode::no_usable_device},
    ExitRow{"identifying", ExitCode::no_usable_device},
    ExitRow{"prompting", ExitCode::no_usable_device},
    ExitRow{"app_crashed", ExitCode::no_usable_device},
    ExitRow{"session_lost", ExitCode::no_usable_device},
    ExitRow{"outcome_unknown", ExitCode::no_usable_device},
    ExitRow{"refused_by_user", ExitCode::refused_by_user},
    ExitRow{"prompt_without_effect", ExitCode::refused_by_user},
    ExitRow{"device_watermark", ExitCode::refused_by_watermark},
    ExitRow{"level_not_above_signed", ExitCode::refused_by_watermark},
    ExitRow{"test_level_not_above_signed", ExitCode::refused_by_watermark},
    ExitRow{"below_watermark", ExitCode::refused_by_watermark},
    ExitRow{"not_above_watermark", ExitCode::refused_by_watermark},
    ExitRow{"level_not_above_used", ExitCode::refused_by_watermark},
    ExitRow{"different_data", ExitCode::refused_by_watermark},
    ExitRow{"level_jump", ExitCode::refused_by_watermark},
    ExitRow{"commit_conflict", ExitCode::refused_by_watermark},
    ExitRow{"bad_setup", ExitCode::refused_by_watermark},
    ExitRow{"timed_out", ExitCode::timed_out},
    ExitRow{"deadline_passed", ExitCode::timed_out},
    ExitRow{"daemon_silent", ExitCode::timed_out},
    ExitRow{"node_timed_out", ExitCode::timed_out},
    ExitRow{"prompt_left_open", ExitCode::timed_out},
    ExitRow{"command_left_behind", ExitCode::timed_out},
};

}  // namespace

ExitCode exit_code_of(std::string_view error_id) {
    const auto* const row = std::find_if(
        kExitRows.begin(), kExitRows.end(), [error_id](const auto& r) { return r.id == error_id; });
    return row == kExitRows.end() ? ExitCode::failed : row->code;
}

ExitCode exit_code_of(const Error& error) {
    return exit_code_of(error.id());
}

}  // namespace ledger_bridge::admin
