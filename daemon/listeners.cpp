#include "daemon/listeners.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ledger_bridge::daemon {

namespace {

SocketLimits socket_limits(const Config& config) {
    SocketLimits limits;
    limits.connections = config.http_limits.connections;
    limits.connections_of_client = config.http_limits.connections_of_client;
    limits.idle_time = config.http_limits.idle_time;
    return limits;
}

}  // namespace

Listeners::Listeners(boost::asio::io_context& io,
                     Service& service,
                     SocketService& socket_service,
                     MetricsRegistry& metrics)
    : io_(io),
      service_(service),
      socket_service_(socket_service),
      metrics_(metrics),
      certificate_watch_(metrics) {}

Result<void> Listeners::open(const Config& config) {
    for (const auto& address : config.http) {
        if (auto http = open_http(address, config, nullptr); !http) {
            return http;
        }
    }
    if (!config.https.empty()) {
        if (auto https = open_https(config); !https) {
            return https;
        }
    }
    return open_sockets(config);
}

Result<void> Listeners::open_https(const Config& config) {
    auto tls = load_tls(config.tls);
    if (!tls) {
        return tls.error();
    }
    certificate_watch_.watch(*tls, config.tls);
    for (const auto& address : config.https) {
        if (auto https = open_http(address, config, *tls); !https) {
            return https;
        }
    }
    return {};
}

Result<void> Listeners::open_http(const ListenAddress& address,
                                  const Config& config,
                                  TlsContext tls) {
    const auto listener = tls ? Listener::https : Listener::http;
    auto server = HttpServer::listen(
        io_,
        address,
        config.http_limits,
        [this, listener](const HttpRequest& request, const Respond& respond) {
            on_request(listener, request, respond);
        },
        std::move(tls));
    if (!server) {
        return server.error();
    }
    http_servers_.push_back(std::move(*server));
    return {};
}

Result<void> Listeners::open_sockets(const Config& config) {
    const auto limits = socket_limits(config);
    for (const auto& address : config.tcp) {
        auto tcp =
            keep(SocketServer::listen_tcp(io_, address, limits, socket_handler(Listener::tcp)));
        if (!tcp) {
            return tcp;
        }
    }
    return config.unix_socket
               ? keep(SocketServer::listen_unix(io_,
                                                *config.unix_socket,
                                                config.unix_descriptor,
                                                limits,
                                                socket_handler(Listener::unix_socket)))
               : Result<void>();
}

Result<void> Listeners::keep(Result<std::unique_ptr<SocketServer>> server) {
    if (!server) {
        return server.error();
    }
    socket_servers_.push_back(std::move(*server));
    return {};
}

SocketHandler Listeners::socket_handler(Listener listener) {
    return [this, listener](
               const std::string& origin, const Bytes& request, const SocketReply& reply) {
        socket_service_.handle({.listener = listener, .origin = origin}, request, reply);
    };
}

void Listeners::on_request(Listener listener, const HttpRequest& request, const Respond& respond) {
    std::size_t connections = 0;
    for (const auto& server : http_servers_) {
        connections += server->connections();
    }
    metrics_.set_connections(connections);
    service_.handle(listener, request, respond);
}

std::vector<std::string> Listeners::places() const {
    std::vector<std::string> places;
    for (const auto& server : http_servers_) {
        for (const auto& address : server->addresses()) {
            places.push_back(fmt::format("{} {}", server->scheme(), address));
        }
    }
    for (const auto& server : socket_servers_) {
        const auto more = server->places();
        places.insert(places.end(), more.begin(), more.end());
    }
    return places;
}

std::string Listeners::url() const {
    if (http_servers_.empty()) {
        return "http://none";
    }
    const auto& first = *http_servers_.front();
    return fmt::format("{}://{}", first.scheme(), first.addresses().front());
}

bool Listeners::deserted() const {
    const auto empty = [](const auto& server) { return server->connections() == 0; };
    return std::all_of(socket_servers_.begin(), socket_servers_.end(), empty) &&
           std::all_of(http_servers_.begin(), http_servers_.end(), empty);
}

void Listeners::use(const TlsContext& tls, const TlsFiles& files) {
    if (tls == nullptr) {
        return;
    }
    certificate_watch_.watch(tls, files);
    for (const auto& server : http_servers_) {
        if (server->scheme() == "https") {
            server->use(tls);
        }
    }
}

void Listeners::stop_accepting() {
    for (const auto& server : http_servers_) {
        server->stop_accepting();
    }
    for (const auto& server : socket_servers_) {
        server->stop_accepting();
    }
}

void Listeners::close_unfinished() {
    for (const auto& server : http_servers_) {
        server->close_unfinished();
    }
    for (const auto& server : socket_servers_) {
        server->close_unfinished();
    }
}

void Listeners::close_idle() {
    for (const auto& server : http_servers_) {
        server->close_idle();
    }
    for (const auto& server : socket_servers_) {
        server->close_idle();
    }
}

}  // namespace ledger_bridge::daemon
