// From what was typed to a request.
#pragma once

#include "daemon/admin/request.hpp"
#include "driver/base/clock.hpp"
#include "tools/common/mark_command.hpp"

namespace ledger_bridge::tools {

// Reads every option with its own parser and asks the node, if one is given.
// Errors: those of the parsers (wrong usage) and of the node.
Result<admin::AdminRequest> mark_request(const MarkOptions& options, const Clock& clock);

}  // namespace ledger_bridge::tools
