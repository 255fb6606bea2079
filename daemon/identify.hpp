// Asks a newly opened device who it is, in the one order in which every answer can be trusted.
#pragma once

#include <optional>

#include "apdu/baking_app.hpp"
#include "daemon/session_state.hpp"
#include "daemon/usb/identity.hpp"

namespace ledger_bridge::daemon {

// The first question is answered at once by every app and by the dashboard, so silence for this
// long means that a prompt is open on the screen.
inline constexpr Duration kProbeTime = std::chrono::seconds{1};

// App, seed name, authorised key, marks, the app's build. Ends with the authorised key selected in
// the app, so that the first signature is one APDU.
//
// The marks are read twice and must agree: an answer to an earlier host's question can still be
// under way, and it could have the shape of marks. So are name and key, unless they are those of
// `known`, the last identification: a wrong one would be served until the cable is pulled.
//
// The build is asked for once for each app of a device, not again when the device comes back while
// requests wait.
//
// Errors: no_app_open, wrong_app (the detail names the open app), prompting when the first question
// is met with silence, locked, and whatever the transport says. No key authorised, or one of a kind
// that cannot bake, is not an error. Blocks until the deadline at most; on the thread that owns the
// device.
Result<DeviceFacts> identify(apdu::BakingApp& app,
                             const std::optional<DeviceFacts>& known,
                             GitQuestion& git,
                             const Deadline& deadline);

}  // namespace ledger_bridge::daemon
