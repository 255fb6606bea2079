// Opens a port on 127.0.0.1, for both servers.
#pragma once

#include <cstdint>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "driver/base/result.hpp"

namespace ledger_bridge::emulator {

// Port 0 takes a free one. Errors: cannot_listen.
Result<boost::asio::ip::tcp::acceptor> listen_on(const boost::asio::any_io_executor& executor,
                                                 std::uint16_t port);

}  // namespace ledger_bridge::emulator
