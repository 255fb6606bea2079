// Carries commands to the running daemon.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tools/common/carrier.hpp"

namespace ledger_bridge::tools {

// The first admin socket at which a daemon answers; null when none does.
// Errors: daemon_forbidden, for a socket that this user may not open.
// `device` is the one that a command is for, by any of its names; without it the daemon's only one.
Result<std::unique_ptr<Carrier>> find_daemon(const std::optional<std::string>& admin_socket,
                                             const std::optional<std::string>& device,
                                             const Clock& clock);

}  // namespace ledger_bridge::tools
