// A place for a connection that has just come, if need be that of one which only waits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/logging.hpp"
#include "daemon/net/client_limit.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::daemon {

// Whose connection gives way to the next of `client`: its own when it has as many as it may have,
// else that of whoever has most; of these the one that has waited longest. Null when each has work.
template <class Connections>
auto who_gives_way(const ClientLimit& clients,
                   const Connections& connections,
                   std::string_view client) {
    const bool its_own = clients.is_full(client);
    typename Connections::value_type found;
    auto best = std::pair<std::size_t, TimePoint>{};
    for (const auto& connection : connections) {
        const std::optional<Waiting> waiting = connection->waiting();
        if (!waiting || (its_own && waiting->client != client)) {
            continue;
        }
        const auto held = clients.taken_by(waiting->client);
        if (!found || held > best.first || (held == best.first && waiting->since < best.second)) {
            found = connection;
            best = {held, waiting->since};
        }
    }
    return found;
}

// Whoever opens connections and says nothing must keep nobody out: neither the baker beside it at
// the same address, nor, with several addresses, the baker elsewhere. When there is no place, a
// silent connection is closed for the new one. `connections`: shared pointers; close() gives the
// place back. Errors: too_many_connections when each of those has a request in work.
template <class Connections>
Result<ClientLimit::Place> admit(ClientLimit& clients,
                                 const Connections& connections,
                                 const std::string& client) {
    auto place = clients.take(client);
    if (place) {
        return place;
    }
    const auto silent = who_gives_way(clients, connections, client);
    if (!silent) {
        return place;
    }
    logger("listener")
        ->debug("a silent connection of {} is closed for {}", silent->waiting()->client, client);
    silent->close();
    return clients.take(client);
}

}  // namespace ledger_bridge::daemon
