#include "daemon/state_news.hpp"

namespace ledger_bridge::daemon {

namespace {

bool is_passing(const SessionSnapshot& session) {
    return session.state == SessionState::opening || session.state == SessionState::identifying;
}

// A look at a device in trouble is no news; its result is, when it is another.
bool is_known(const SessionSnapshot& said, const SessionSnapshot& session) {
    if (session.serves() || said.serves()) {
        return session.serves() && said.serves();
    }
    return is_passing(session) || session.tells_the_same_as(said);
}

}  // namespace

bool StateNews::is_news(const SessionSnapshot& session) {
    if (said_ && is_known(*said_, session)) {
        return false;
    }
    said_ = session;
    return true;
}

}  // namespace ledger_bridge::daemon
