#include "daemon/http/http_server.hpp"

#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "daemon/http/http_connection.hpp"
#include "daemon/net/admission.hpp"
#include "daemon/net/origin.hpp"
#include "daemon/net/tcp_listeners.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Connections without a place that are told so at one time; more are closed without a word.
constexpr std::size_t kRefusals = 32;

void take(HttpPool& pool, tcp::socket socket) {
    const auto origin = origin_of(socket);
    if (!origin) {
        return;
    }
    auto place = admit(pool.clients, pool.connections, *origin);
    if (!place && pool.connections.size() >= pool.clients.taken() + kRefusals) {
        return;
    }
    const auto connection =
        std::make_shared<HttpConnection>(std::move(socket), pool, std::move(place));
    pool.connections.insert(connection);
    connection->start();
}

}  // namespace

struct HttpServer::Impl {
    Impl(const HttpLimits& limits, Handler handler, TlsContext tls)
        : pool{.limits = limits, .handler = std::move(handler), .tls = std::move(tls)} {}

    // A copy, since what is closed leaves the pool.
    void for_each(void (HttpConnection::*work)()) const {
        const auto open = pool.connections;
        for (const auto& connection : open) {
            std::invoke(work, *connection);
        }
    }

    HttpPool pool;
    std::optional<TcpListeners> listeners;
};

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io,
                                                       const ListenAddress& address,
                                                       const HttpLimits& limits,
                                                       Handler handler,
                                                       TlsContext tls) {
    auto impl = std::make_unique<Impl>(limits, std::move(handler), std::move(tls));
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
    impl_->for_each(&HttpConnection::close);
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
    const auto before = std::exchange(impl_->pool.tls, std::move(tls));
    if (client_authorities(before) != client_authorities(impl_->pool.tls)) {
        impl_->for_each(&HttpConnection::end);
    }
}

void HttpServer::stop_accepting() {
    impl_->pool.stopping = true;
    impl_->listeners->close();
}

void HttpServer::close_idle() {
    impl_->for_each(&HttpConnection::close_if_idle);
}

void HttpServer::close_unfinished() {
    impl_->for_each(&HttpConnection::close_if_unfinished);
}

}  // namespace ledger_bridge::daemon
