// delegate: has the device sign the delegation of its key to itself.
#pragma once

#include "tools/ledgerctl/commands.hpp"

namespace ledger_bridge::tools {

// Shows what the device will ask, waits for the person there, prints the signature and the signed
// operation. The operation may come in pieces, with 0x, quotes and white space, as other programs
// print it; "-" reads it from standard input. Ctrl-C as in run_prompting(). Returns the exit code,
// having printed everything.
int delegate(const ControlOptions& options);

}  // namespace ledger_bridge::tools
