// What SETUP or RESET would do to a device, worked out before anybody is asked: the rules, pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apdu/instructions.hpp"
#include "apdu/keys.hpp"
#include "apdu/types.hpp"
#include "daemon/admin/coverage.hpp"
#include "daemon/admin/screens.hpp"
#include "daemon/floor/adopted_level.hpp"
#include "daemon/node/node_head.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::admin {

using node::NodeHead;

// What a person asks for the marks; everything left out is chosen by the rules.
struct MarkWish {
    std::optional<apdu::Level> level;
    std::optional<apdu::Level> test_level;
    std::optional<NodeHead> head;
    bool force_lower = false;  // test networks alone: the level may be one that was signed
};

struct SetupWish {
    apdu::AuthorizedKey key;
    std::optional<apdu::ChainId> chain;  // else the node's, else the device's, else mainnet
    MarkWish marks;
};

// What is known when the plan is made.
struct PlanFacts {
    std::optional<apdu::AuthorizedKey> authorized;  // before
    apdu::DeviceMarks marks;                        // before
    apdu::PublicKey public_key;                     // of the key that the plan is for
    std::vector<SignedLevel> signed_levels;         // of that key, every chain and kind
    std::vector<floor::AdoptedLevel> adopted;       // of that key
};

enum class Instruction { nothing, setup, reset };

std::string_view instruction_name(Instruction instruction);  // "" "SETUP" "RESET"

struct SetupPlan {
    Instruction instruction = Instruction::nothing;  // nothing: the device is as asked already
    std::optional<apdu::AuthorizedKey> old_key;
    apdu::AuthorizedKey key;
    apdu::PublicKey public_key;
    apdu::DeviceMarks old_marks;
    apdu::DeviceMarks new_marks;  // rounds 0; equal to the old ones when there is nothing to do
    Screens screens;
    std::vector<std::string> notes;            // sentences for the person who decides
    std::vector<floor::AdoptedLevel> adopted;  // what was taken as used when the plan was made
};

// Errors: level_needed, level_out_of_range, level_not_above_signed, test_level_not_above_signed,
// level_not_above_used (used_levels.hpp), force_lower_refused, chain_not_the_nodes.
Result<SetupPlan> plan_setup(const SetupWish& wish, const PlanFacts& facts);

// For the key that is authorised and the chain that the device is set up for.
// Errors: as plan_setup, and no_authorized_key.
Result<SetupPlan> plan_reset(const MarkWish& wish, const PlanFacts& facts);

}  // namespace ledger_bridge::admin
