#include "daemon/net/tcp_listeners.hpp"

#include <algorithm>

#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp protocol_of(const ListenAddress& address) {
    return address.host.find(':') == std::string::npos ? tcp::v4() : tcp::v6();
}

error_code listen_at(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    error_code status;
    acceptor.open(endpoint.protocol(), status);
    if (!status) {
        acceptor.set_option(asio::socket_base::reuse_address(true), status);
    }
    if (!status && endpoint.protocol() == tcp::v6()) {
        acceptor.set_option(asio::ip::v6_only(true), status);
    }
    if (!status) {
        acceptor.bind(endpoint, status);
    }
    if (!status) {
        acceptor.listen(asio::socket_base::max_listen_connections, status);
    }
    return status;
}

ListenAddress address_of(const tcp::endpoint& endpoint) {
    return {endpoint.address().to_string(), endpoint.port()};
}

// This host has no address of that family; another address of the same name may do.
bool family_missing(const error_code& status) {
    return status == asio::error::address_family_not_supported ||
           status == boost::system::errc::address_not_available;
}

Error cannot_listen(const ListenAddress& address, const error_code& status) {
    return fail(Errc::listen_failed, fmt::format("{}: {}", address.text(), status.message()));
}

}  // namespace

Result<TcpListeners> TcpListeners::open(asio::io_context& io,
                                        const ListenAddress& address,
                                        const Take& take) {
    if (address.descriptor >= 0) {
        return adopt(io, address, take);
    }
    error_code status;
    tcp::resolver resolver(io);
    const auto found = resolver.resolve(
        address.host, std::to_string(address.port), tcp::resolver::numeric_service, status);
    if (status) {
        return cannot_listen(address, status);
    }
    TcpListeners listeners;
    error_code missing;
    for (const auto& entry : found) {
        status = listeners.add(io, entry.endpoint(), take);
        if (status && !family_missing(status)) {
            return cannot_listen(address, status);
        }
        missing = status ? status : missing;
    }
    if (listeners.loops_.empty()) {
        return cannot_listen(address, missing);
    }
    for (const auto& loop : listeners.loops_) {
        loop->start();
    }
    return listeners;
}

Result<TcpListeners> TcpListeners::adopt(asio::io_context& io,
                                         const ListenAddress& address,
                                         const Take& take) {
    TcpListeners listeners;
    const auto loop = std::make_shared<AcceptLoop<tcp>>(io, take);
    error_code status;
    loop->acceptor().assign(protocol_of(address), address.descriptor, status);
    if (status) {
        return cannot_listen(address, status);
    }
    listeners.addresses_.push_back({address.host, address.port});
    listeners.loops_.push_back(loop);
    loop->start();
    return listeners;
}

error_code TcpListeners::add(asio::io_context& io, tcp::endpoint endpoint, const Take& take) {
    if (endpoint.port() == 0 && !addresses_.empty()) {
        endpoint.port(addresses_.front().port);
    }
    // A name may resolve to one address twice.
    if (std::find(addresses_.begin(), addresses_.end(), address_of(endpoint)) != addresses_.end()) {
        return {};
    }
    const auto loop = std::make_shared<AcceptLoop<tcp>>(io, take);
    auto status = listen_at(loop->acceptor(), endpoint);
    if (!status) {
        addresses_.push_back(address_of(loop->acceptor().local_endpoint(status)));
        loops_.push_back(loop);
    }
    return status;
}

std::vector<std::string> TcpListeners::texts() const {
    std::vector<std::string> texts;
    for (const auto& address : addresses_) {
        texts.push_back(address.text());
    }
    return texts;
}

void TcpListeners::close() {
    for (const auto& loop : loops_) {
        loop->close();
    }
}

}  // namespace ledger_bridge::daemon
