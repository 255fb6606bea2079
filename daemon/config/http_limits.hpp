// What one HTTP client may take: bytes, connections and time.
#pragma once

#include <chrono>
#include <cstddef>

#include "driver/base/clock.hpp"

namespace ledger_bridge::daemon {

struct HttpLimits {
    std::size_t body = 65'536;               // bytes, chunks joined; more: 413
    std::size_t header = 8'192;              // bytes with the request line; more: 431
    std::size_t connections = 256;           // one more takes a silent one's place, or gets 503
    std::size_t connections_of_client = 64;  // of one client; the same
    // From the first byte of a request to the end of its header, and of its body; longer: 408.
    Duration header_time = std::chrono::seconds(5);
    Duration body_time = std::chrono::seconds(5);
    // Between requests, and before the first; longer: closed without a word.
    Duration idle_time = std::chrono::seconds(30);
    // For a client to take an answer; longer: closed.
    Duration write_time = std::chrono::seconds(10);
    // For a client to close after our last answer, so that the answer is not lost in a reset.
    Duration linger_time = std::chrono::seconds(1);

    bool operator==(const HttpLimits&) const = default;
};

}  // namespace ledger_bridge::daemon
