// Host names to socket addresses within a deadline.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "driver/base/clock.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::driver {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

// At least one address of `host`, a name or a numeric address, in the system's order.
// Errors: no_device (not found), timed_out, system.
Result<std::vector<SocketAddress>> resolve(const std::string& host,
                                           std::uint16_t port,
                                           const Deadline& deadline);

}  // namespace ledger_bridge::driver
