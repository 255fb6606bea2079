// The course of setup-ledger and reset-hwm: show, ask, wait for the person at the device, tell.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "daemon/admin/request.hpp"
#include "tools/common/options.hpp"
#include "tools/common/plan_text.hpp"

namespace ledger_bridge::tools {

// What the command line says, as it was typed.
struct MarkOptions {
    CommonOptions common;
    std::optional<std::string> curve;
    std::optional<std::string> path;
    std::optional<std::string> chain;
    std::optional<std::string> level;
    std::optional<std::string> test_level;
    std::optional<std::string> node;
    bool force_lower = false;
};

// --level, --node, --yes, --force-lower.
void add_mark_options(CLI::App& app, MarkOptions& options);

// What is said of a plan, of one that has nothing to do, and of what was done.
struct MarkWords {
    std::function<Lines(const nlohmann::json&)> plan = plan_lines;
    std::function<Lines(const nlohmann::json&)> nothing_to_do = nothing_to_do_lines;
    std::function<Lines(const nlohmann::json&)> result = result_lines;
};

// `verb` is "setup" or "reset". Returns the exit code, having printed everything.
//
// Ctrl-C while the device waits: the prompt stays open on the device, which is said together with
// what accepting it would do, and the exit code is 6; before that it is 1 when the tool
// itself has the device, since nothing was sent, and 6 when a daemon has the command.
int run_mark_command(const std::string& verb,
                     const MarkOptions& options,
                     const MarkWords& words = {});

}  // namespace ledger_bridge::tools
