// Opening a TCP connection within a deadline.
#pragma once

#include "driver/file_descriptor.hpp"
#include "driver/resolve.hpp"

namespace ledger_bridge::driver {

// A connected, non-blocking socket that sends small packets at once.
// Errors: no_device (refused, unreachable), permission_denied, timed_out, system.
Result<FileDescriptor> connect_socket(const SocketAddress& address, const Deadline& deadline);

}  // namespace ledger_bridge::driver
