#include "tools/emulator/rig/listen.hpp"

#include <fmt/format.h>

#include "tools/emulator/errors.hpp"

namespace ledger_bridge::emulator {

namespace {

using boost::asio::ip::tcp;

error_code open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(tcp::acceptor::max_listen_connections, error);
    }
    return error;
}

}  // namespace

Result<tcp::acceptor> listen_on(const boost::asio::any_io_executor& executor, std::uint16_t port) {
    tcp::acceptor acceptor(executor);
    const auto error = open(acceptor, {boost::asio::ip::address_v4::loopback(), port});
    if (error) {
        return fail(Errc::cannot_listen, fmt::format("127.0.0.1:{}: {}", port, error.message()));
    }
    return acceptor;
}

}  // namespace ledger_bridge::emulator
