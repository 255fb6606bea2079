// The listeners of octez-signer's socket protocol; it knows no request.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/config/listen_address.hpp"
#include "daemon/config/socket_limits.hpp"
#include "driver/base/bytes.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace ledger_bridge::daemon {

// Called at most once, on the thread of the io_context.
using SocketReply = std::function<void(const Bytes&)>;
// `origin`: as origin_of() tells. Must see to it that every request gets its reply: the connection
// waits for it.
using SocketHandler =
    std::function<void(const std::string& origin, const Bytes& request, const SocketReply& reply)>;

// Each connection has one request in work at a time, and any number one after the other. A client
// that is too slow, or one connection too many, is closed without a word: the protocol has none.
//
// Used, and destroyed, on the thread of the io_context, before the io_context is.
class SocketServer {
public:
    // Blocks while a host name is resolved. Errors: listen_failed with address and reason.
    static Result<std::unique_ptr<SocketServer>> listen_tcp(boost::asio::io_context& io,
                                                            const ListenAddress& address,
                                                            const SocketLimits& limits,
                                                            SocketHandler handler);
    // For the daemon's own user and group; a `descriptor` that is not -1 listens there already, as
    // whoever made it decided. Errors: listen_failed with path and reason.
    static Result<std::unique_ptr<SocketServer>> listen_unix(boost::asio::io_context& io,
                                                             const std::filesystem::path& path,
                                                             int descriptor,
                                                             const SocketLimits& limits,
                                                             SocketHandler handler);

    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;
    SocketServer(SocketServer&&) = delete;
    SocketServer& operator=(SocketServer&&) = delete;
    // Closes everything; replies still to come go nowhere.
    ~SocketServer();

    // "tcp 127.0.0.1:7732", "unix /run/…": one for each place it is bound to.
    [[nodiscard]] std::vector<std::string> places() const;
    [[nodiscard]] std::size_t connections() const;

    // No new connections, and each open one ends with its next reply.
    void stop_accepting();
    // Ends the connections that wait for a request.
    void close_idle();
    // And those that have sent a part of one.
    void close_unfinished();

private:
    struct Impl;
    explicit SocketServer(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace ledger_bridge::daemon
