// Every place where clients come in: http, https, tcp and unix.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/certificate_watch.hpp"
#include "daemon/config/config.hpp"
#include "daemon/http/http_server.hpp"
#include "daemon/service.hpp"
#include "daemon/socket_service.hpp"

namespace ledger_bridge::daemon {

// Used, and destroyed, on the thread of the io_context, before the io_context is. What is given by
// reference must outlive it.
class Listeners {
public:
    Listeners(boost::asio::io_context& io,
              Service& service,
              SocketService& socket_service,
              MetricsRegistry& metrics);

    // Those that the configuration names. Errors: those of the listeners and of the certificates;
    // then some may listen.
    Result<void> open(const Config& config);

    // "http 127.0.0.1:6732", "unix /run/…": one for each place that is listened at.
    [[nodiscard]] std::vector<std::string> places() const;
    // Of the first for HTTP, as scheme and address; "http://none" without one.
    [[nodiscard]] std::string url() const;
    // Nobody is connected any more.
    [[nodiscard]] bool deserted() const;

    // For connections over TLS, as HttpServer::use(); null changes nothing.
    void use(const TlsContext& tls, const TlsFiles& files);
    // Says so when a certificate ends. To be called again and again.
    void look_at_certificate(WallTime now) { certificate_watch_.look(now); }
    // No new connections, and each open one ends with its next answer.
    void stop_accepting();
    // Ends the connections that wait for a request.
    void close_idle();
    // And those that have sent a part of one.
    void close_unfinished();

private:
    Result<void> open_https(const Config& config);
    Result<void> open_http(const ListenAddress& address, const Config& config, TlsContext tls);
    Result<void> open_sockets(const Config& config);
    Result<void> keep(Result<std::unique_ptr<SocketServer>> server);
    [[nodiscard]] SocketHandler socket_handler(Listener listener);
    void on_request(Listener listener, const HttpRequest& request, const Respond& respond);

    boost::asio::io_context& io_;
    Service& service_;
    SocketService& socket_service_;
    MetricsRegistry& metrics_;
    CertificateWatch certificate_watch_;
    std::vector<std::unique_ptr<HttpServer>> http_servers_;
    std::vector<std::unique_ptr<SocketServer>> socket_servers_;
};

}  // namespace ledger_bridge::daemon
