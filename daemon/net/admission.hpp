// A place for a connection that has just come, if need be that of one which only waits.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "daemon/logging.hpp"
#include "daemon/net/client_limit.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::daemon {

// The connection of that client which has had no request in work for the longest time; null when
// each has one.
template <class Connections>
auto longest_waiting(const Connections& connections, const std::string& client) {
    typename Connections::value_type longest;
    for (const auto& connection : connections) {
        const auto since = connection->waiting_since(client);
        if (since && (!longest || *since < *longest->waiting_since(client))) {
            longest = connection;
        }
    }
    return longest;
}

// All programs of a machine are one client, so a silent one must not keep the baker beside it out:
// when `client` has as many places as it may have, its connection that has waited longest is
// closed. Another client's never is. `connections`: shared pointers; close() gives the place back.
// Errors: too_many_connections when each of the client's connections has a request in work.
template <class Connections>
Result<ClientLimit::Place> admit(ClientLimit& clients,
                                 const Connections& connections,
                                 const std::string& client) {
    auto place = clients.take(client);
    if (place) {
        return place;
    }
    const auto longest = longest_waiting(connections, client);
    if (!longest) {
        return place;
    }
    logger("listener")->debug("a silent connection of {} is closed for another", client);
    longest->close();
    return clients.take(client);
}

}  // namespace ledger_bridge::daemon
