// Chooses the levels that a device is set to, or refuses those asked for.
#pragma once

#include <string>
#include <vector>

#include "daemon/admin/setup_plan.hpp"

namespace ledger_bridge::admin {

struct LevelChoice {
    apdu::Level level;
    std::vector<std::string> notes;  // why it is this one, where that could surprise
};

// The main mark's level for a device that is to be set up for `chain`.
//
// A device signs an attestation at exactly the level it was set to. So a given level must be above
// everything signed on the chains that the mark covers, and a chosen one is above it and above what
// others may have signed.
Result<LevelChoice> choose_main_level(const MarkWish& wish,
                                      apdu::ChainId chain,
                                      const PlanFacts& facts);

// The test mark's level: kept, unless a level is given, or what is kept would allow something to
// be signed again on a chain that comes under this mark.
Result<LevelChoice> choose_test_level(const MarkWish& wish,
                                      apdu::ChainId chain,
                                      const PlanFacts& facts);

}  // namespace ledger_bridge::admin
