// octez-signer's commands about a Ledger, carried out by our own.
#pragma once

#include <string>
#include <vector>

#include "tools/common/mark_command.hpp"

namespace ledger_bridge::tools {

// `words` as phrases.hpp has them; of `options`, `level` is --main-hwm and `chain` --main-chain-id.
// The device is the one that the URI names; options.common.device only narrows where it is looked
// for. Prints octez' lines, or our JSON with --json; what our own command refuses is refused here
// too. Returns the exit code, having printed everything.
int run_phrase(const std::vector<std::string>& words, const MarkOptions& options);

}  // namespace ledger_bridge::tools
