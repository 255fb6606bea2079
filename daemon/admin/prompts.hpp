// Questions to a device: how long each may take, and what a lost answer is.
#pragma once

#include <string>

#include "daemon/admin/operator_context.hpp"

namespace ledger_bridge::admin {

// For what the app answers by itself.
Deadline answer_deadline(const Operator& context);
// For what a person answers: `longest` where the context can find out what became of a question
// whose answer is lost, else without end.
Deadline prompt_deadline(const Operator& context, Duration longest);

// The device may have done what it was asked, or may do it yet: no answer that can be trusted came.
bool answer_lost(const Error& error);

// "mainnet, main 5 round 0, test 0 round 0"
std::string marks_text(const apdu::DeviceMarks& marks);

}  // namespace ledger_bridge::admin
