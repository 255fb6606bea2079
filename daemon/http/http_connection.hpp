// One client of the HTTP listener: its requests one after the other. Internal to this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "daemon/http/http_message.hpp"
#include "daemon/http/http_server.hpp"
#include "daemon/http/http_stream.hpp"
#include "daemon/http/http_wire.hpp"
#include "daemon/net/client_limit.hpp"

namespace ledger_bridge::daemon {

class HttpConnection;

// What the connections of one server share. It owns them, because a connection whose request is
// in work has no operation pending that would keep it alive.
struct HttpPool {
    HttpLimits limits;
    Handler handler;
    ClientLimit clients{limits.connections, limits.connections_of_client};
    TlsContext tls = nullptr;  // of connections to come; null: in the clear
    bool stopping = false;
    std::unordered_set<std::shared_ptr<HttpConnection>> connections = {};
};

// States, and what ends each:
//
//   handshake (TLS only) the handshake, or header_time → closed
//   idle      a byte, or idle_time → closed
//   header    the whole header, or header_time → 408
//   body      the whole body, or body_time → 408
//   handling  the handler's answer
//   writing   the answer is in the socket, or write_time → closed
//   lingering the client closes too, or linger_time → closed
//
// Everything runs on the thread of the io_context.
class HttpConnection final : public std::enable_shared_from_this<HttpConnection> {
public:
    // `place` is given back with the connection; an error is all that a client without one is told.
    HttpConnection(HttpStream::Socket socket, HttpPool& pool, Result<ClientLimit::Place> place);

    // Serves requests until either side ends it.
    void start();
    void close_if_idle();
    // Also what has not sent its whole request, or is still in its handshake.
    void close_if_unfinished();
    // At once, or after the answer to the request in work.
    void end();
    // Gives the place back.
    void close();
    // The client is waited for: to send, to read or to close. Nothing while its request is in work,
    // and without a place.
    [[nodiscard]] std::optional<Waiting> waiting() const;
    // The handler's answer to request number `serial`; late and second answers are dropped.
    void answer(std::uint64_t serial, HttpAnswer answer);
    [[nodiscard]] HttpStream::executor_type executor();

private:
    using Status = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    enum class Phase { handshake, idle, header, body, handling, writing, lingering, closed };

    void on_handshake(const Status& status);
    void begin();
    void wait_for_request();
    void on_first_bytes(const Status& status, std::size_t size);
    void read_header();
    void on_header(const Status& status, std::size_t size);
    void send_continue();
    void on_continue_sent(const Status& status, std::size_t size);
    void read_body();
    void on_body(const Status& status, std::size_t size);
    void dispatch();
    void reject(const Status& status);
    void end_with(const Error& error);
    void write(HttpAnswer answer, bool keep_open);
    void on_written(const Status& status, std::size_t size);
    void hang_up();
    void on_shut_down(const Status& status);
    void linger();
    void on_lingered(const Status& status, std::size_t size);
    void enter(Phase phase, Duration time);
    void stop_reading();
    void on_timer(const Status& status);

    HttpStream stream_;
    boost::asio::steady_timer timer_;
    HttpPool& pool_;
    Result<ClientLimit::Place> place_;
    std::string certificate_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    WireResponse response_;
    Phase phase_ = Phase::idle;
    TimePoint since_ = {};
    bool timed_out_ = false;
    bool ends_ = false;  // with the next answer
    std::uint64_t serial_ = 0;
};

}  // namespace ledger_bridge::daemon
