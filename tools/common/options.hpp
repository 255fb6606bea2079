// The options that the tools share, and how a command line is read.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace ledger_bridge::tools {

struct CommonOptions {
    // As given; what is left out is as in the daemon's configuration (installation.hpp).
    std::optional<std::string> config;
    std::optional<std::string> device;
    std::optional<std::string> usb_backend;   // without a daemon
    std::optional<std::string> state_dir;     // of the installed daemon, when it does not run
    std::optional<std::string> admin_socket;  // of the running daemon
    bool json = false;
    bool yes = false;
};

// --config, --device, --usb-backend, --state-dir, --admin-socket, --json, and --version.
void add_common_options(CLI::App& app, CommonOptions& options, const std::string& version);
void add_yes_option(CLI::App& app, CommonOptions& options);

// Reads the command line, then runs `command` and gives its exit code. 0 after --help and
// --version, 2 with an error line after wrong usage.
int parse_and_run(CLI::App& app, int argc, char** argv, const std::function<int()>& command);

// The whole of a main function: an exception that gets this far is a bug, and is told as one.
using Program = int (*)(int argc, char** argv);
int run_program(Program program, int argc, char** argv) noexcept;

}  // namespace ledger_bridge::tools
