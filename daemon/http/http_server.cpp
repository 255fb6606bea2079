#include "daemon/http/http_server.hpp"

#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "daemon/http/http_connection.hpp"
#include "daemon/net/tcp_listeners.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Connections beyond the limit that are told so at one time; more are closed without a word.
constexpr std::size_t kRefusals = 32;

void take(HttpPool& pool, tcp::socket socket) {
    const auto open = pool.connections.size();
    // Within TLS a word would cost a handshake.
    if (open >= pool.limits.connections + (pool.tls ? 0 : kRefusals)) {
        return;
    }
    const auto connection = std::make_shared<HttpConnection>(std::move(socket), pool);
    pool.connections.insert(connection);
    if (open >= pool.limits.connections) {
        connection->refuse();
        return;
    }
    connection->start();
}

}  // namespace

struct HttpServer::Impl {
    HttpPool pool;
    std::optional<TcpListeners> listeners;
};

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io,
                                                       const ListenAddress& address,
                                                       const HttpLimits& limits,
                                                       Handler handler,
                                                       TlsContext tls) {
    auto impl = std::make_unique<Impl>();
    impl->pool.limits = limits;
    impl->pool.handler = std::move(handler);
    impl->pool.tls = std::move(tls);
    auto listeners = TcpListeners::open(
        io, address, [pool = &impl->pool](tcp::socket socket) { take(*pool, std::move(socket)); });
    if (!listeners) {
        return listeners.error();
    }
    impl->listeners = std::move(*listeners);
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
    stop_accepting();
    const auto open = impl_->pool.connections;
    for (const auto& connection : open) {
        connection->close();
    }
}

std::uint16_t HttpServer::port() const {
    return impl_->listeners->addresses().front().port;
}

std::vector<std::string> HttpServer::addresses() const {
    return impl_->listeners->texts();
}

std::string_view HttpServer::scheme() const {
    return impl_->pool.tls ? "https" : "http";
}

std::size_t HttpServer::connections() const {
    return impl_->pool.connections.size();
}

void HttpServer::use(TlsContext tls) {
    impl_->pool.tls = std::move(tls);
}

void HttpServer::stop_accepting() {
    impl_->pool.stopping = true;
    impl_->listeners->close();
}

void HttpServer::close_idle() {
    const auto open = impl_->pool.connections;
    for (const auto& connection : open) {
        connection->close_if_idle();
    }
}

}  // namespace ledger_bridge::daemon
