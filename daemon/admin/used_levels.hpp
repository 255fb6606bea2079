// Levels that somebody else may have signed with the same key, as devices tell: when a device may
// be set below them. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/admin/setup_plan.hpp"

namespace ledger_bridge::admin {

// A level beyond which none is believed: with a block each second since the first Tezos chain
// began, in June 2018, it would be reached in 2035.
inline constexpr apdu::Level kUnbelievable{0x20000000};

// The highest level that counts as used on the main mark's chains of a device set up for `chain`:
// the device's own word and what was adopted, where a head does not show that it is a mistake.
// The device's test mark mixes many chains, so it counts only where nothing was signed here.
std::optional<apdu::Level> highest_used(apdu::ChainId chain,
                                        const std::optional<NodeHead>& head,
                                        const PlanFacts& facts);

// The highest believable level that was adopted for a chain under the test mark.
std::optional<apdu::Level> highest_used_under_test(apdu::ChainId chain, const PlanFacts& facts);

// A level was adopted that stands above the main mark, as after a reset whose answer was lost: the
// floor gives it up only when a person confirms the mark.
bool adopted_above(const apdu::DeviceMarks& marks, const PlanFacts& facts);

// Refuses marks under which levels could be signed again that count as used: the main mark has to
// be above them, and the test mark, which is kept as a rule, not below. Four things lift that: a
// level that no chain has, the head of the main mark's chain, --force-lower, and a device that is
// authorised for another key now, whose own marks say nothing of this one.
// Gives the danger of each lifted case in a sentence. Error: level_not_above_used.
Result<std::vector<std::string>> check_used(const apdu::DeviceMarks& new_marks,
                                            const MarkWish& wish,
                                            const apdu::AuthorizedKey& key,
                                            const PlanFacts& facts);

}  // namespace ledger_bridge::admin
