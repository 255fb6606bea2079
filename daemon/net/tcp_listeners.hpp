// Listens on every address of a host name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "daemon/config/listen_address.hpp"
#include "daemon/net/accept_loop.hpp"

namespace ledger_bridge::daemon {

// Used, and destroyed, on the thread of the io_context.
class TcpListeners {
public:
    using Take = AcceptLoop<boost::asio::ip::tcp>::Take;

    // Blocks while a host name is resolved, and accepts from then on. Port 0 takes a free port,
    // the same for all addresses. Errors: listen_failed with address and reason.
    static Result<TcpListeners> open(boost::asio::io_context& io,
                                     const ListenAddress& address,
                                     const Take& take);

    // One for each address it is bound to: at least one.
    [[nodiscard]] const std::vector<ListenAddress>& addresses() const { return addresses_; }
    [[nodiscard]] std::vector<std::string> texts() const;
    void close();

private:
    static Result<TcpListeners> adopt(boost::asio::io_context& io,
                                      const ListenAddress& address,
                                      const Take& take);
    // Binds one address; port 0 becomes the port of the first that was bound.
    error_code add(boost::asio::io_context& io,
                   boost::asio::ip::tcp::endpoint endpoint,
                   const Take& take);

    std::vector<std::shared_ptr<AcceptLoop<boost::asio::ip::tcp>>> loops_;
    std::vector<ListenAddress> addresses_;
};

}  // namespace ledger_bridge::daemon
