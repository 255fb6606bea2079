// The emulator wire: APDUs over TCP with a 4-byte length in front.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "driver/transport.hpp"

namespace ledger_bridge::driver {

// Connects to `host` (a name or an address) and `port`; blocks at most until the deadline.
// `clock` must outlive the transport.
//
//   request   length of the APDU (4, big-endian)                        APDU
//   answer    length of the data without the status word (4, big-endian)  data  status word (2)
//
// Errors: no_device (refused, unreachable, name not found), timed_out, permission_denied, system.
Result<std::unique_ptr<Transport>> connect_tcp(const std::string& host,
                                               std::uint16_t port,
                                               const Clock& clock,
                                               const Deadline& deadline);

}  // namespace ledger_bridge::driver
