#include "daemon/http/http_server.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "daemon/errors.hpp"
#include "daemon/http/http_connection.hpp"
#include "daemon/logging.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Connections beyond the limit that are told so at one time; more are closed without a word.
constexpr std::size_t kRefusals = 32;

// After an accept failed for want of file descriptors or memory.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

// One bound address. Its accept loop ends only when it is closed.
class Listener final : public std::enable_shared_from_this<Listener> {
public:
    Listener(asio::io_context& io, HttpPool& pool) : acceptor_(io), pause_(io), pool_(pool) {}

    error_code open(const tcp::endpoint& endpoint) {
        error_code status;
        acceptor_.open(endpoint.protocol(), status);
        if (!status) {
            acceptor_.set_option(asio::socket_base::reuse_address(true), status);
        }
        if (!status && endpoint.protocol() == tcp::v6()) {
            acceptor_.set_option(asio::ip::v6_only(true), status);
        }
        if (!status) {
            acceptor_.bind(endpoint, status);
        }
        if (!status) {
            acceptor_.listen(asio::socket_base::max_listen_connections, status);
        }
        error_code ignored;
        const auto bound = acceptor_.local_endpoint(ignored);
        address_ = {bound.address().to_string(), bound.port()};
        return status;
    }

    void accept() {
        acceptor_.async_accept(std::bind_front(&Listener::on_accept, shared_from_this()));
    }

    void close() {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

    [[nodiscard]] const ListenAddress& address() const { return address_; }

private:
    void on_accept(const error_code& status, tcp::socket socket) {
        // After close() the pool may be gone, whatever the status says.
        if (!acceptor_.is_open()) {
            return;
        }
        if (!status) {
            take(std::move(socket));
        } else if (status != asio::error::connection_aborted) {
            logger("http")->error("cannot accept a connection ({}); trying again",
                                  status.message());
            pause_.expires_after(kAcceptPause);
            pause_.async_wait(std::bind_front(&Listener::on_pause_over, shared_from_this()));
            return;
        }
        accept();
    }

    void on_pause_over(const error_code& status) {
        if (!status && acceptor_.is_open()) {
            accept();
        }
    }

    void take(tcp::socket socket) {
        const auto open = pool_.connections.size();
        if (open >= pool_.limits.connections + kRefusals) {
            return;
        }
        const auto connection = std::make_shared<HttpConnection>(std::move(socket), pool_);
        pool_.connections.insert(connection);
        if (open >= pool_.limits.connections) {
            connection->refuse();
            return;
        }
        connection->start();
    }

    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    HttpPool& pool_;
    ListenAddress address_;
};

// This host has no address of that family; another address of the same name may do.
bool family_missing(const error_code& status) {
    return status == asio::error::address_family_not_supported ||
           status == boost::system::errc::address_not_available;
}

Error cannot_listen(const ListenAddress& address, const error_code& status) {
    return fail(Errc::listen_failed, fmt::format("{}: {}", address.text(), status.message()));
}

}  // namespace

struct HttpServer::Impl {
    Impl(const HttpLimits& limits, Handler handler)
        : pool{.limits = limits, .handler = std::move(handler)} {}

    // Binds one address; port 0 becomes the port of the first that was bound.
    error_code add(asio::io_context& io, tcp::endpoint endpoint) {
        if (endpoint.port() == 0 && !listeners.empty()) {
            endpoint.port(listeners.front()->address().port);
        }
        if (bound(endpoint)) {
            return {};
        }
        const auto listener = std::make_shared<Listener>(io, pool);
        const auto status = listener->open(endpoint);
        if (!status) {
            listeners.push_back(listener);
        }
        return status;
    }

    // A name may resolve to one address twice.
    [[nodiscard]] bool bound(const tcp::endpoint& endpoint) const {
        const ListenAddress wanted{endpoint.address().to_string(), endpoint.port()};
        return std::any_of(listeners.begin(), listeners.end(), [&wanted](const auto& listener) {
            return listener->address() == wanted;
        });
    }

    HttpPool pool;
    std::vector<std::shared_ptr<Listener>> listeners;
};

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io,
                                                       const ListenAddress& address,
                                                       const HttpLimits& limits,
                                                       Handler handler) {
    error_code status;
    tcp::resolver resolver(io);
    const auto found = resolver.resolve(
        address.host, std::to_string(address.port), tcp::resolver::numeric_service, status);
    if (status) {
        return cannot_listen(address, status);
    }
    auto impl = std::make_unique<Impl>(limits, std::move(handler));
    error_code missing;
    for (const auto& entry : found) {
        status = impl->add(io, entry.endpoint());
        if (status && !family_missing(status)) {
            return cannot_listen(address, status);
        }
        missing = status ? status : missing;
    }
    if (impl->listeners.empty()) {
        return cannot_listen(address, missing);
    }
    for (const auto& listener : impl->listeners) {
        listener->accept();
    }
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
    return impl_->listeners.front()->address().port;
}

std::vector<std::string> HttpServer::addresses() const {
    std::vector<std::string> texts;
    for (const auto& listener : impl_->listeners) {
        texts.push_back(listener->address().text());
    }
    return texts;
}

std::size_t HttpServer::connections() const {
    return impl_->pool.connections.size();
}

void HttpServer::stop_accepting() {
    impl_->pool.stopping = true;
    for (const auto& listener : impl_->listeners) {
        listener->close();
    }
}

void HttpServer::close_idle() {
    const auto open = impl_->pool.connections;
    for (const auto& connection : open) {
        connection->close_if_idle();
    }
}

}  // namespace ledger_bridge::daemon
