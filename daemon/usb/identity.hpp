// The first questions to an opened device: is it the Baking app, and whose seed is it.
#pragma once

#include <string>

#include "apdu/baking_app.hpp"

namespace ledger_bridge::daemon {

struct Identity {
    apdu::AppInfo app;
    std::string name;  // the seed's animal name
};

// Every app and the dashboard answer the first question at once, so silence until `probe` means
// that a question is open on the screen; the rest is waited for until `deadline`.
// Errors: prompting, no_app_open, wrong_app, locked, and whatever the transport says.
Result<Identity> ask_identity(apdu::BakingApp& app,
                              const Deadline& probe,
                              const Deadline& deadline);

}  // namespace ledger_bridge::daemon
