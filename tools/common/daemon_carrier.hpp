// Carries commands to the running daemon.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tools/common/carrier.hpp"

namespace ledger_bridge::tools {

// The first admin socket at which a daemon answers; null when none does.
// Errors: daemon_forbidden, for a socket that this user may not open.
Result<std::unique_ptr<Carrier>> find_daemon(const CommonOptions& options, const Clock& clock);

}  // namespace ledger_bridge::tools
