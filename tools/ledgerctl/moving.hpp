// export and import: watermarks out of a floor into a file, and into a floor out of files.
#pragma once

#include "tools/ledgerctl/commands.hpp"

namespace ledger_bridge::tools {

// Through the daemon when one runs, else on its state directory, under the lock; never through the
// device. Return the exit code, having printed everything.
int export_marks(const ControlOptions& options);
int import_marks(const ControlOptions& options);

}  // namespace ledger_bridge::tools
