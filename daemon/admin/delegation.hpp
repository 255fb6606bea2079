// Registering as a delegate: one self-delegation, shown, signed at the device, verified.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/admin/operator_context.hpp"
#include "daemon/admin/request.hpp"

namespace ledger_bridge::admin {

// How long a person may take where the daemon waits. Longer than for setup and reset, since a
// signature whose answer came too late cannot be read back.
inline constexpr Duration kDelegationTime = std::chrono::minutes{2};

// {"device","name","instruction":"SIGN","address","public_key","path","curve","ledger_uri",
//  "reveals":bool,"fee":1000 (millionths of a tez),"screens":[…]}
//
// request.operation is the operation with or without its leading 03; request.key, curve and path,
// as far as they are there, must be those of the authorised key. Errors: bad_request,
// no_authorized_key, other_key_authorised, no_self_delegation, daemon::Errc::reveal_unsafe where
// the device has one mark for every chain, floor::Errc::handed_over, the device's and the store's.
Result<nlohmann::json> plan_delegation(const AdminRequest& request,
                                       Operator& context,
                                       const Emit& emit);

// The same with "signature" and "signed_operation": the operation without 03, then the 64 bytes of
// the signature, as a node injects it. The level whose round the device will forget counts as used
// before it is asked. Prompts, and waits for the person; verifies the signature;
// then reads back that of the marks at most the round of the test mark went to 0, which the app
// does. Errors: as above, refused_by_user, read_back_differs, delegation_lost,
// daemon::Errc::wrong_signature.
Result<nlohmann::json> delegate(const AdminRequest& request, Operator& context, const Emit& emit);

}  // namespace ledger_bridge::admin
