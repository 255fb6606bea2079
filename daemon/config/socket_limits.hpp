// What one client of the socket protocol may take: connections and time.
#pragma once

#include <chrono>
#include <cstddef>

#include "driver/base/clock.hpp"

namespace ledger_bridge::daemon {

struct SocketLimits {
    std::size_t connections = 256;           // one more takes a silent one's place, or is closed
    std::size_t connections_of_client = 64;  // of one client; the same
    // From the first byte of a request to its last.
    Duration request_time = std::chrono::seconds(5);
    // Between requests, and before the first.
    Duration idle_time = std::chrono::seconds(30);
    // For a client to take a reply.
    Duration write_time = std::chrono::seconds(10);
};

}  // namespace ledger_bridge::daemon
