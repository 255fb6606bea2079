// Where a connection comes from, as far as one client can be told from another by it.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace ledger_bridge::daemon {

// "10.0.0.1", mapped into IPv6 or not; of other IPv6 addresses their network of 64 bits,
// "2001:db8::/64", since a machine takes addresses within its network as it likes.
std::string origin_of(const boost::asio::ip::address& address);

// Of the other end; nothing: it is gone already.
std::optional<std::string> origin_of(const boost::asio::ip::tcp::socket& socket);
// "uid 1000": the user who connected to the socket file.
std::optional<std::string> origin_of(boost::asio::local::stream_protocol::socket& socket);

}  // namespace ledger_bridge::daemon
