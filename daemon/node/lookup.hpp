// The addresses of a node's host.
#pragma once

#include <stop_token>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "daemon/node/node_url.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/errors.hpp"

namespace ledger_bridge::node {

// Blocks until they are known, or until the deadline or `stop`: then the code is timed_out or
// operation_aborted. The system's resolver cannot be called off, and with a name server that is
// silent takes half a minute; it is left behind on a thread of its own. An address needs none.
error_code look_up(const NodeUrl& url,
                   const Deadline& deadline,
                   const std::stop_token& stop,
                   std::vector<boost::asio::ip::tcp::endpoint>& found);

}  // namespace ledger_bridge::node
