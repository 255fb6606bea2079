// export, import and handover: watermarks out of a floor into a file, and into a floor out of
// files; audit: what its log proves.
#pragma once

#include "daemon/admin/admin_client.hpp"
#include "daemon/admin/moving.hpp"
#include "tools/ledgerctl/commands.hpp"

namespace ledger_bridge::tools {

// Through the daemon when one runs, else on its state directory, under the lock; never through the
// device. Return the exit code, having printed everything.
int export_marks(const ControlOptions& options);
int import_marks(const ControlOptions& options);
int hand_over(const ControlOptions& options);
// What import does with files that were read already, and how it tells the result.
admin::Outcome import_files(const ControlOptions& options,
                            const std::vector<admin::MarksFile>& files);
void print_import(const nlohmann::json& result, bool talk);
// Reads the log itself, also next to the daemon, which has to sign meanwhile.
int audit(const ControlOptions& options);

}  // namespace ledger_bridge::tools
