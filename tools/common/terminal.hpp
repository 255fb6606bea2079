// Questions to the person at the terminal.
#pragma once

#include <string>

namespace ledger_bridge::tools {

// Whether somebody can be asked: standard input is a terminal.
bool on_terminal();

// Asks `question` on standard error, so that standard output stays clean; true for "y" or "yes".
bool confirmed(const std::string& question);

// The same where somebody sits at the terminal who did not say yes beforehand; true elsewhere.
bool agreed(const std::string& question, bool yes);

// The line that is typed after `question`, without the spaces around it.
std::string typed(const std::string& question);

}  // namespace ledger_bridge::tools
