// The commands of ledgerctl.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/common/mark_command.hpp"

namespace ledger_bridge::tools {

struct ControlOptions {
    CommonOptions common;
    std::optional<std::string> curve;    // of pubkey
    std::optional<std::string> path;     // of pubkey
    std::optional<std::string> output;   // of export, handover and import
    std::vector<std::string> files;      // of import
    bool dry_run = false;                // of import
    bool force = false;                  // of import: replaces the output
    bool replace_damaged = false;        // of import: begins a new floor in place of damaged state
    bool take_back = false;              // of import: ends a handover without the other's marks
    std::vector<std::string> words;      // of explain, and those after the first of octez-signer's
    std::string key;                     // of delegate
    std::vector<std::string> operation;  // of delegate
    MarkOptions marks;                   // of octez-signer's setup and set, but for `common`
    bool no_legacy = false;              // of octez-signer's get
    bool test_sign = false;              // of octez-signer's show
    std::optional<std::string> base;     // directory of octez' keys, of octez-signer's words
};

// Adds the subcommands; exactly one is required. The common options may stand before or after it.
void add_commands(CLI::App& app, ControlOptions& options);

// Runs the subcommand that was parsed; returns the exit code, having printed everything.
int run_command(const CLI::App& app, const ControlOptions& options);

}  // namespace ledger_bridge::tools
