#include "daemon/health.hpp"

#include <algorithm>

#include "daemon/errors.hpp"
#include "daemon/floor/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

Health without_device(const std::string& store_state, bool handed_over) {
    Health health;
    health.store = store_state;
    health.role = handed_over ? "handed over" : "single";
    if (handed_over) {
        health.reasons.emplace_back("role");
        health.details.push_back("role: " + fail(floor::Errc::handed_over).text());
    }
    if (store_state != "ok") {
        health.reasons.emplace_back("store");
        health.details.push_back("store: " + store_state);
    }
    return health;
}

// A session that waits for the store is not ready because of the store, also in the moment between
// the store's recovery and its own.
std::string reason_of(const SessionSnapshot& session) {
    const bool for_the_store =
        session.problem && session.problem->code == make_error_code(Errc::store_not_ready);
    return for_the_store ? "store" : std::string(state_name(session.state));
}

void add_device(Health& health, const SessionSnapshot& session) {
    if (session.facts) {
        health.device =
            health.device ? *health.device + "," + session.facts->name : session.facts->name;
    }
    if (session.warning) {
        add_warning(health, session.device, *session.warning);
    }
    if (session.serves()) {
        return;
    }
    const auto reason = reason_of(session);
    if (std::find(health.reasons.begin(), health.reasons.end(), reason) == health.reasons.end()) {
        health.reasons.push_back(reason);
    }
    health.details.push_back(session.device + ": " + session.refusal().text());
}

// Another device serves the same key.
bool has_spare(const SessionSnapshot& session, std::span<const SnapshotPointer> sessions) {
    return session.facts && session.facts->key &&
           std::any_of(sessions.begin(), sessions.end(), [&session](const SnapshotPointer& other) {
               return other->serves() && other->facts->key == session.facts->key;
           });
}

}  // namespace

void add_warning(Health& health, std::string_view of, const Error& error) {
    health.warnings.push_back(std::string(of) + ": " + error.text());
    health.details.push_back(health.warnings.back());
}

Health health_of(const SessionSnapshot& session, const std::string& store_state, bool handed_over) {
    auto health = without_device(store_state, handed_over);
    add_device(health, session);
    return health;
}

Health health_of_all(std::span<const SnapshotPointer> sessions,
                     const std::string& store_state,
                     bool handed_over) {
    auto health = without_device(store_state, handed_over);
    for (const auto& session : sessions) {
        if (session->serves() || !has_spare(*session, sessions)) {
            add_device(health, *session);
        }
    }
    return health;
}

}  // namespace ledger_bridge::daemon
