// Which changes of a session are worth a line in the log.
#pragma once

#include <optional>

#include "daemon/session_state.hpp"

namespace ledger_bridge::daemon {

// Ready and busy alternate with every signature, and a device in trouble is looked at each second
// or more often: what was said is not said again while it lasts.
class StateNews {
public:
    // Whether this says something that was not said before; then it counts as said.
    bool is_news(const SessionSnapshot& session);

private:
    std::optional<SessionSnapshot> said_;
};

}  // namespace ledger_bridge::daemon
