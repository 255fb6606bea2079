// export, import and handover: watermarks out of a floor into a file, and into a floor out of
// files; audit: what its log proves.
#pragma once

#include "tools/ledgerctl/commands.hpp"

namespace ledger_bridge::tools {

// Through the daemon when one runs, else on its state directory, under the lock; never through the
// device. Return the exit code, having printed everything.
int export_marks(const ControlOptions& options);
int import_marks(const ControlOptions& options);
int hand_over(const ControlOptions& options);
// Reads the log itself, also next to the daemon, which has to sign meanwhile.
int audit(const ControlOptions& options);

}  // namespace ledger_bridge::tools
