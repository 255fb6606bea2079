#include "daemon/socket/socket_server.hpp"

#include <sys/stat.h>

#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "daemon/logging.hpp"
#include "daemon/net/admission.hpp"
#include "daemon/net/origin.hpp"
#include "daemon/net/tcp_listeners.hpp"
#include "daemon/net/unix_listener.hpp"
#include "daemon/socket/socket_connection.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;

constexpr mode_t kForTheGroup = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

// The socket of either listener.
template <class Socket>
void take(SocketPool& pool, Socket socket) {
    const auto origin = origin_of(socket);
    if (!origin) {
        return;
    }
    auto place = admit(pool.clients, pool.connections, *origin);
    if (!place) {
        logger("listener")->debug("{}", place.error().text());
        return;
    }
    const auto connection =
        std::make_shared<SocketConnection>(std::move(socket), pool, std::move(*place));
    pool.connections.insert(connection);
    connection->start();
}

void take_tcp(SocketPool& pool, asio::ip::tcp::socket socket) {
    error_code ignored;
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    take(pool, std::move(socket));
}

}  // namespace

struct SocketServer::Impl {
    Impl(const SocketLimits& limits, SocketHandler handler)
        : pool{.limits = limits, .handler = std::move(handler)} {}

    // A copy, since what is closed leaves the pool.
    void for_each(void (SocketConnection::*work)()) const {
        const auto open = pool.connections;
        for (const auto& connection : open) {
            std::invoke(work, *connection);
        }
    }

    SocketPool pool;
    std::optional<TcpListeners> tcp;
    std::unique_ptr<UnixListener> local;
};

Result<std::unique_ptr<SocketServer>> SocketServer::listen_tcp(asio::io_context& io,
                                                               const ListenAddress& address,
                                                               const SocketLimits& limits,
                                                               SocketHandler handler) {
    auto impl = std::make_unique<Impl>(limits, std::move(handler));
    auto listeners =
        TcpListeners::open(io, address, [pool = &impl->pool](asio::ip::tcp::socket socket) {
            take_tcp(*pool, std::move(socket));
        });
    if (!listeners) {
        return listeners.error();
    }
    impl->tcp = std::move(*listeners);
    return std::unique_ptr<SocketServer>(new SocketServer(std::move(impl)));
}

Result<std::unique_ptr<SocketServer>> SocketServer::listen_unix(asio::io_context& io,
                                                                const std::filesystem::path& path,
                                                                int descriptor,
                                                                const SocketLimits& limits,
                                                                SocketHandler handler) {
    auto impl = std::make_unique<Impl>(limits, std::move(handler));
    const auto taken = [pool = &impl->pool](asio::local::stream_protocol::socket socket) {
        take(*pool, std::move(socket));
    };
    auto listener = descriptor < 0 ? UnixListener::open(io, path, kForTheGroup, taken)
                                   : UnixListener::adopt(io, path, descriptor, taken);
    if (!listener) {
        return listener.error();
    }
    impl->local = std::move(*listener);
    return std::unique_ptr<SocketServer>(new SocketServer(std::move(impl)));
}

SocketServer::SocketServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SocketServer::~SocketServer() {
    stop_accepting();
    impl_->for_each(&SocketConnection::close);
}

std::vector<std::string> SocketServer::places() const {
    if (impl_->local) {
        return {"unix " + impl_->local->path().string()};
    }
    auto places = impl_->tcp->texts();
    for (auto& place : places) {
        place.insert(0, "tcp ");
    }
    return places;
}

std::size_t SocketServer::connections() const {
    return impl_->pool.connections.size();
}

void SocketServer::stop_accepting() {
    impl_->pool.stopping = true;
    if (impl_->tcp) {
        impl_->tcp->close();
    }
    if (impl_->local) {
        impl_->local->close();
    }
}

void SocketServer::close_idle() {
    impl_->for_each(&SocketConnection::close_if_idle);
}

void SocketServer::close_unfinished() {
    impl_->for_each(&SocketConnection::close_if_unfinished);
}

}  // namespace ledger_bridge::daemon
