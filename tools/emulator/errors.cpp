#include "tools/emulator/errors.hpp"

#include <array>

namespace ledger_bridge::emulator {

namespace {

constexpr int row_value(Errc code) {
    return static_cast<int>(code);
}

constexpr std::array<ErrorRow, 7> kRows{{
    {row_value(Errc::bad_mnemonic),
     "bad_mnemonic",
     "this is no seed phrase",
     "give 12, 15, 18, 21 or 24 lower-case words, separated by spaces and in quotes"},
    {row_value(Errc::bad_option), "bad_option", "wrong usage", "see ledger-emulator --help"},
    {row_value(Errc::nvram_unreadable),
     "nvram_unreadable",
     "the NVRAM file cannot be read",
     "check its name and its permissions"},
    {row_value(Errc::nvram_damaged),
     "nvram_damaged",
     "this is no NVRAM file of the emulator",
     "name another file, or move this one away to start with a fresh device"},
    {row_value(Errc::nvram_not_written),
     "nvram_not_written",
     "the NVRAM file cannot be written",
     "check that its folder exists, is writable and has space"},
    {row_value(Errc::sign_log_not_written),
     "sign_log_not_written",
     "the log of signatures cannot be written",
     "check that its folder exists, is writable and has space"},
    {row_value(Errc::cannot_listen),
     "cannot_listen",
     "the port cannot be opened",
     "stop the program that uses it, or choose another port; 0 takes a free one"},
}};

}  // namespace

const ErrorCategory& error_category() {
    static const ErrorCategory category("emulator", kRows);
    return category;
}

error_code make_error_code(Errc code) {
    return {static_cast<int>(code), error_category()};
}

}  // namespace ledger_bridge::emulator
