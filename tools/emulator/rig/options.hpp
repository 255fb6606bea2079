// The command line of ledger-emulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "driver/base/result.hpp"
#include "tools/emulator/app/device.hpp"
#include "tools/emulator/keys/seed.hpp"
#include "tools/emulator/rig/latency.hpp"

namespace ledger_bridge::emulator {

struct Options {
    Release release = Release::v2_5_1;
    Seed seed{};
    Confirm confirm = Confirm::ask;
    Profile latency = Profile::none;
    int speed = 1;
    std::uint16_t apdu_port = 9999;
    std::uint16_t control_port = 5000;
    std::optional<std::string> nvram;
    std::optional<std::string> sign_log;
    std::optional<std::uint16_t> redir_port;
};

// What to do instead of serving: print `text` and exit 0 (--help, --version).
struct Notice {
    std::string text;
};

struct CommandLine {
    Options options;
    std::optional<Notice> notice;
};

// Errors, all of wrong usage: bad_option, bad_mnemonic.
Result<CommandLine> parse_command_line(int argc, const char* const* argv, std::string_view version);

}  // namespace ledger_bridge::emulator
