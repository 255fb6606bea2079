// The commands of ledgerctl.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/common/options.hpp"

namespace ledger_bridge::tools {

struct ControlOptions {
    CommonOptions common;
    std::optional<std::string> curve;   // of pubkey
    std::optional<std::string> path;    // of pubkey
    std::optional<std::string> output;  // of export and handover
    std::vector<std::string> files;     // of import
    bool dry_run = false;               // of import
    std::vector<std::string> words;     // of explain
};

// Adds the subcommands; exactly one is required. The common options may stand before or after it.
void add_commands(CLI::App& app, ControlOptions& options);

// Runs the subcommand that was parsed; returns the exit code, having printed everything.
int run_command(const CLI::App& app, const ControlOptions& options);

}  // namespace ledger_bridge::tools
