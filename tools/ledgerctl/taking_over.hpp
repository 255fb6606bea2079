// import of everything that another signer has: its keys, its clients, its watermarks.
#pragma once

#include "tools/ledgerctl/commands.hpp"

namespace ledger_bridge::tools {

// "octez DIR" or "signatory CONFIG [DIR]" where files of watermarks would stand.
bool is_whole_signer(const ControlOptions& options);

// Reads all of it before anything is changed, takes the watermarks over as import does, then
// writes the configuration, to standard output or to a file that is not replaced without --force;
// the clients' keys, where they have no file of their own, to one beside that. Returns the exit
// code, having printed everything.
int take_over(const ControlOptions& options);

}  // namespace ledger_bridge::tools
