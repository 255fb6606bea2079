// Where a listener binds, as people write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// `host` is an IPv4 or IPv6 address without brackets, or a name that is resolved when it listens.
// Port 0 takes a free port.
struct ListenAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    // Of a socket that listens there already, handed over by the service manager; -1: none.
    int descriptor = -1;

    // "127.0.0.1:6732", "[::1]:6732".
    [[nodiscard]] std::string text() const;
    // True for 127.0.0.0/8, ::1 and the name "localhost". Other names are not looked up: false.
    [[nodiscard]] bool loopback() const;

    bool operator==(const ListenAddress&) const = default;
};

// "ADDRESS:PORT"; an IPv6 address stands in brackets. Errors: bad_option.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace ledger_bridge::daemon
