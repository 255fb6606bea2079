// A command that has the device ask a person: what is said meanwhile, and Ctrl-C as an event.
#pragma once

#include <string>

#include "tools/common/carrier.hpp"
#include "tools/common/plan_text.hpp"

namespace ledger_bridge::tools {

// Each line, on standard error where standard output carries JSON.
void say_all(const Lines& lines, const CommonOptions& options);

// Blocks until the person at the device answered. `plan` is what was shown before; its "screens"
// are shown again where the device asks something else. `effect` is what accepting the question
// would do once nobody waits for it any more.
//
// Ctrl-C while the question is open: prompt_left_open; before that what Carrier::cancelled_early()
// says.
admin::Outcome run_prompting(Carrier& carrier,
                             const nlohmann::json& request,
                             const nlohmann::json& plan,
                             const std::string& effect,
                             const CommonOptions& options);

}  // namespace ledger_bridge::tools
