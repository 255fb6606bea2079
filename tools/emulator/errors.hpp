// What can go wrong with the emulator itself; what the emulated app refuses are status words.
#pragma once

#include <string>

#include "driver/base/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::emulator {

enum class Errc {
    bad_mnemonic = 1,
    bad_option,
    nvram_unreadable,
    nvram_damaged,
    nvram_not_written,
    sign_log_not_written,
    cannot_listen,
};

const ErrorCategory& error_category();
error_code make_error_code(Errc code);

}  // namespace ledger_bridge::emulator
