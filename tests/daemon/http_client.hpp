// A raw TCP client and a server on a thread of its own, for tests of bytes on the wire.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "daemon/http/http_server.hpp"

namespace ledger_bridge::daemon {

// Blocking; every read gives up after ten seconds, which no passing test waits for.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&&) = delete;
    ~RawClient();

    void send(std::string_view bytes) const;
    // No more bytes from this side; answers can still be read.
    void half_close() const;
    // One answer: its head, and as much body as content-length says.
    std::string read_answer();
    // Everything until the server closes; "(reset)" or "(timeout)" at the end when it does not.
    std::string read_all();

private:
    // False at the end of the stream.
    bool more();

    int socket_;
    std::string buffer_;
    std::string ending_;
};

// Runs the io_context of one server. The handler runs on that thread.
class ServerThread {
public:
    ServerThread(const HttpLimits& limits, Handler handler, const ListenAddress& address = {});
    ServerThread(const ServerThread&) = delete;
    ServerThread& operator=(const ServerThread&) = delete;
    ServerThread(ServerThread&&) = delete;
    ServerThread& operator=(ServerThread&&) = delete;
    // NOLINTNEXTLINE(bugprone-exception-escape): then the test has failed anyway
    ~ServerThread();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] RawClient connect() const { return RawClient(port_); }
    // Runs `work` on the server's thread and waits for it.
    void run(const std::function<void(HttpServer&)>& work);
    [[nodiscard]] std::size_t connections();
    // Waits until that many are open; false after ten seconds.
    [[nodiscard]] bool wait_for_connections(std::size_t count);

private:
    boost::asio::io_context io_;
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

// Answers 200 with "<method> <target> <body>" at once.
void echo(const HttpRequest& request, const Respond& respond);

// The head and body of a 200 answer with that body.
std::string ok(const std::string& body, const std::string& connection = "");

}  // namespace ledger_bridge::daemon
