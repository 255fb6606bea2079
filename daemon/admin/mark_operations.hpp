// Setup and reset of a device: facts, plan, prompt, and the comparison with what it says then.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/admin/operator_context.hpp"
#include "daemon/admin/request.hpp"
#include "daemon/admin/setup_plan.hpp"

namespace ledger_bridge::admin {

// The facts are read anew each time, so a plan that is executed is checked against the device's
// and the floor's state immediately before the APDU.
Result<SetupPlan> make_setup_plan(const AdminRequest& request, Operator& context);
Result<SetupPlan> make_reset_plan(const AdminRequest& request, Operator& context);

// Sends the plan's instruction, waits for the person without limit, then reads key and marks back
// and has the floor take them over. What became of a prompt whose answer is lost, or does not come
// for half a minute, is read from the device too, where the context can settle that.
// A plan with nothing to do sends nothing. Errors: refused_by_user, prompt_without_effect,
// read_back_differs, the device's.
Result<void> perform(const SetupPlan& plan, Operator& context, const Emit& emit);

// {"device","name","instruction":"SETUP"|"RESET"|null,"changed":bool,
//  "address","public_key","path","curve","ledger_uri","chain":"NetX…","chain_name":"mainnet",
//  "old":{"authorized":{"path","curve"}|null,"chain","chain_name","main":{"level","round"},
//         "test":{…}},
//  "new":{"main":{…},"test":{…}},"screens":[…],"notes":[…],"import":"octez-client …"}
nlohmann::json plan_json(const SetupPlan& plan, const Operator& context, bool changed);

}  // namespace ledger_bridge::admin
