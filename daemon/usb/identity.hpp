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

// Asks which build of the app it is: "v2.5.1-0-g50ec8cfc". Only people want to know, so an app that
// refuses the question or answers nonsense is as good as any, and one that falls silent at it or
// goes away is not asked a second time: it could never be used otherwise.
class GitQuestion {
public:
    // Empty when the app does not tell. Errors: locked, and whatever the transport says, after
    // which the connection has to be opened anew.
    Result<std::string> ask(apdu::BakingApp& app, const Deadline& deadline);

private:
    bool asks_ = true;
};

}  // namespace ledger_bridge::daemon
