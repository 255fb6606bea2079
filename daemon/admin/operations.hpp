// Every operator's command, implemented once: the daemon and the tools both call this.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/admin/operator_context.hpp"
#include "daemon/admin/status_report.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::admin {

// What the device and the floor say now, as `list` and `status` tell it of each device.
DeviceStatus report_device(Operator& context);

// Runs one request (request.hpp) on the thread that owns the device and returns its result.
//
//   pubkey                  a key: the authorised one, or that of "curve" and "path"
//   plan-setup, plan-reset  what setup or reset would do (mark_operations.hpp)
//   setup, reset            does it: prompts, and blocks until the person at the device answers
//   plan-delegate           what the device would be asked to sign (delegation.hpp)
//   delegate                has it signed: prompts, and blocks until the person answers
//   deauthorize             takes the authorisation away at once, without a prompt
//
// Before the APDU of a prompt, {"event":"prompt","instruction":"SETUP","screens":[…]} is emitted.
// Errors: admin::Errc, and those of the device and the store unchanged.
Result<nlohmann::json> run_operation(const nlohmann::json& request,
                                     Operator& context,
                                     const Emit& emit);

}  // namespace ledger_bridge::admin
