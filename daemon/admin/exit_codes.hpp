// The exit codes of the tools, the same whether the daemon or the tool itself met the error.
#pragma once

#include <string_view>

#include "driver/base/errors.hpp"

namespace ledger_bridge::admin {

enum class ExitCode {
    done = 0,
    failed = 1,
    wrong_usage = 2,           // command line or configuration
    no_usable_device = 3,      // absent, locked, another app, no key authorised
    refused_by_user = 4,       // Reject was pressed
    refused_by_watermark = 5,  // ours or the device's
    timed_out = 6,             // also: nobody answered the prompt before Ctrl-C
};

// By the error's id, which is stable and crosses the admin socket.
ExitCode exit_code_of(std::string_view error_id);
ExitCode exit_code_of(const Error& error);

}  // namespace ledger_bridge::admin
