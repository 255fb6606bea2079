// The bytes of one client, in the clear or within TLS. Internal to this folder.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "daemon/http/tls_context.hpp"

namespace ledger_bridge::daemon {

// What Beast reads from and writes to. One read and one write at a time.
class HttpStream {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using executor_type = Socket::executor_type;
    using Done = std::function<void(const error_code&)>;

    // Without `tls` in the clear.
    HttpStream(Socket socket, TlsContext tls);

    executor_type get_executor() { return socket_.get_executor(); }
    // What lies below TLS.
    Socket& socket() { return socket_; }
    [[nodiscard]] bool secure() const { return tls_.has_value(); }

    // With TLS only; before anything is read or written.
    void handshake(Done done);
    // Tells the client that no more comes, and waits until he says so too. Without TLS at once.
    void shut_down(Done done);
    // SHA-256 of the client's certificate, lower-case hex; empty without one.
    [[nodiscard]] std::string client_certificate();

    // Called by Asio's composed operations, each handler of which starts the next.
    // NOLINTBEGIN(misc-no-recursion)
    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) {
            tls_->async_read_some(buffers, std::forward<Handler>(handler));
        } else {
            socket_.async_read_some(buffers, std::forward<Handler>(handler));
        }
    }

    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) {
            tls_->async_write_some(buffers, std::forward<Handler>(handler));
        } else {
            socket_.async_write_some(buffers, std::forward<Handler>(handler));
        }
    }
    // NOLINTEND(misc-no-recursion)

private:
    Socket socket_;
    TlsContext context_;
    std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace ledger_bridge::daemon
