// octez-signer's commands about a Ledger, carried out by our own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apdu/ledger_uri.hpp"
#include "daemon/admin/admin_client.hpp"
#include "tools/common/mark_command.hpp"

namespace ledger_bridge::tools {

struct PhraseOptions {
    MarkOptions marks;                    // `level` is --main-hwm and `chain` --main-chain-id
    std::optional<std::string> base_dir;  // of octez, where its keys have names
    bool test_sign = false;               // of show
};

// `words` as phrases.hpp has them.
// The device is the one that the URI names; common.device only narrows where it is looked
// for. Prints octez' lines, or our JSON with --json; what our own command refuses is refused here
// too. Returns the exit code, having printed everything.
int run_phrase(const std::vector<std::string>& words, const PhraseOptions& options);

// The device with the URI's name, as `status` tells of it; options.device only narrows where it is
// looked for.
admin::Outcome find_device(const apdu::LedgerUri& uri, const CommonOptions& options);

}  // namespace ledger_bridge::tools
