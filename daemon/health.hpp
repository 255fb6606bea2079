// Whether a signature would be given now, and if not, why. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "daemon/http/answers.hpp"
#include "daemon/session_state.hpp"

namespace ledger_bridge::daemon {

// For one device. `store_state` is "ok" or what is wrong with the store; `reasons` then has
// "store". The state of a session that serves is no reason, and that of one which waits for the
// store is "store". What was handed over is a reason, "role".
Health health_of(const SessionSnapshot& session,
                 const std::string& store_state,
                 bool handed_over = false);

// For the whole daemon: ready when every device is, or another one serves its key.
Health health_of_all(std::span<const SnapshotPointer> sessions,
                     const std::string& store_state,
                     bool handed_over = false);

// What only disturbs, beside the devices: "node: …".
void add_warning(Health& health, std::string_view of, const Error& error);

}  // namespace ledger_bridge::daemon
