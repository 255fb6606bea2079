// One client of the socket protocol: its requests one after the other. Internal to this folder.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/net/client_limit.hpp"
#include "daemon/socket/socket_server.hpp"

namespace ledger_bridge::daemon {

class SocketConnection;

// What the connections of one server share. It owns them, because a connection whose request is
// in work has no operation pending that would keep it alive.
struct SocketPool {
    SocketLimits limits;
    SocketHandler handler;
    ClientLimit clients{limits.connections, limits.connections_of_client};
    bool stopping = false;
    std::unordered_set<std::shared_ptr<SocketConnection>> connections = {};
};

// States, and what ends each:
//
//   idle      the first byte, or idle_time → closed
//   request   the whole request, or request_time → closed
//   handling  the handler's reply
//   writing   the reply is in the socket, or write_time → closed
//
// Everything runs on the thread of the io_context.
class SocketConnection final : public std::enable_shared_from_this<SocketConnection> {
public:
    using Socket = boost::asio::generic::stream_protocol::socket;

    // `place` is given back with the connection.
    SocketConnection(Socket socket, SocketPool& pool, ClientLimit::Place place);

    void start();
    void close_if_idle();
    // Also what has not sent its whole request.
    void close_if_unfinished();
    // Gives the place back.
    void close();
    // The client is waited for, to send or to read. Nothing while its request is in work.
    [[nodiscard]] std::optional<Waiting> waiting() const;

private:
    enum class Phase { idle, request, handling, writing, closed };

    void wait_for_request();
    void on_readable(const error_code& status);
    void on_length(const error_code& status, std::size_t size);
    void on_request(const error_code& status, std::size_t size);
    void reply(ByteView reply);
    void on_written(const error_code& status, std::size_t size);
    // False once it is closed; closes it when the operation failed.
    bool goes_on(const error_code& status);
    void enter(Phase phase, Duration time);

    Socket socket_;
    boost::asio::steady_timer timer_;
    SocketPool& pool_;
    ClientLimit::Place place_;
    std::array<std::uint8_t, 2> length_{};
    Bytes request_;
    Bytes reply_;
    Phase phase_ = Phase::idle;
    TimePoint since_ = {};
};

}  // namespace ledger_bridge::daemon
