#include "daemon/node/http_get.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include "daemon/node/errors.hpp"
#include "daemon/node/lookup.hpp"

namespace ledger_bridge::node {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr std::uint64_t kBodyLimit = std::uint64_t{1024} * 1024;

// How soon it is noticed that nobody waits any more.
constexpr std::chrono::milliseconds kStopTime{50};

// Runs one asynchronous operation after the other, each to its end, to the deadline, or to the
// stop.
class Steps {
public:
    Steps(asio::io_context& io, const Deadline& deadline, std::stop_token stop)
        : io_(io), deadline_(deadline), stop_(std::move(stop)) {}

    [[nodiscard]] const Deadline& deadline() const { return deadline_; }
    [[nodiscard]] const std::stop_token& stop() const { return stop_; }

    // `start` is given the handler to call at the end. Past the deadline the operation is left
    // behind; it goes away with its stream, and no further step is started.
    template <class Start>
    error_code run(const Start& start) {
        std::optional<error_code> end;
        start([&end](error_code code, const auto&... /*details*/) { end = code; });
        io_.restart();
        while (!end && !deadline_.passed() && !stop_.stop_requested()) {
            io_.run_one_for(
                std::min(std::chrono::milliseconds(deadline_.poll_timeout()), kStopTime));
        }
        if (!end) {
            io_.stop();
        }
        return end.value_or(stop_.stop_requested() ? asio::error::operation_aborted
                                                   : asio::error::timed_out);
    }

private:
    asio::io_context& io_;
    Deadline deadline_;
    std::stop_token stop_;
};

// Errors come as they are from Asio; here they get the words of a node.
Error node_error(const error_code& code, const NodeUrl& url) {
    const auto where = host_header(url) + ": " + code.message();
    if (code == asio::error::timed_out) {
        return fail(Errc::node_timed_out, host_header(url));
    }
    const bool no_http =
        &code.category() == &make_error_code(http::error::end_of_stream).category();
    return fail(no_http ? Errc::node_bad_answer : Errc::node_unreachable, where);
}

std::string request_for(const NodeUrl& url, const std::string& target) {
    return fmt::format(
        "GET {}{} HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\n"
        "User-Agent: ledger-bridge\r\nConnection: close\r\n\r\n",
        url.path,
        target,
        host_header(url));
}

error_code connect(Steps& steps, tcp::socket& socket, const NodeUrl& url) {
    std::vector<tcp::endpoint> found;
    if (const auto code = look_up(url, steps.deadline(), steps.stop(), found)) {
        return code;
    }
    return steps.run([&](auto done) { asio::async_connect(socket, found, done); });
}

// Sends the request and reads the answer on a stream that is connected.
template <class Stream>
error_code converse(Steps& steps, Stream& stream, const std::string& request, HttpReply& reply) {
    const auto sent =
        steps.run([&](auto done) { asio::async_write(stream, asio::buffer(request), done); });
    if (sent) {
        return sent;
    }
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kBodyLimit);
    const auto read = steps.run([&](auto done) { http::async_read(stream, buffer, parser, done); });
    if (read) {
        return read;
    }
    auto& answer = parser.get();
    reply = {
        answer.result_int(), std::move(answer.body()), std::string(answer[http::field::location])};
    return {};
}

error_code prepare(asio::ssl::context& context) {
    error_code code;
    context.set_default_verify_paths(code);
    if (!code) {
        context.set_verify_mode(asio::ssl::verify_peer, code);
    }
    return code;
}

error_code handshake(Steps& steps, TlsStream& stream, const NodeUrl& url) {
    // SNI takes names alone; a failure shows in the handshake.
    SSL_ctrl(stream.native_handle(),
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(url.host.c_str()));  // NOLINT: OpenSSL only reads it
    error_code code;
    stream.set_verify_callback(asio::ssl::host_name_verification(url.host), code);
    if (code) {
        return code;
    }
    return steps.run(
        [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
}

error_code get_plain(asio::io_context& io,
                     Steps& steps,
                     const NodeUrl& url,
                     const std::string& request,
                     HttpReply& reply) {
    tcp::socket socket(io);
    const auto connected = connect(steps, socket, url);
    return connected ? connected : converse(steps, socket, request, reply);
}

error_code get_tls(asio::io_context& io,
                   Steps& steps,
                   const NodeUrl& url,
                   const std::string& request,
                   HttpReply& reply) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    const auto prepared = prepare(context);
    if (prepared) {
        return prepared;
    }
    TlsStream stream(io, context);
    const auto connected = connect(steps, stream.next_layer(), url);
    if (connected) {
        return connected;
    }
    const auto secured = handshake(steps, stream, url);
    return secured ? secured : converse(steps, stream, request, reply);
}

}  // namespace

// Asio and the system throw where they have no descriptor or thread left.
Result<HttpReply> http_get(const NodeUrl& url,
                           const std::string& target,
                           const Deadline& deadline,
                           const std::stop_token& stop) try {
    asio::io_context io(1);
    Steps steps(io, deadline, stop);
    HttpReply reply;
    const auto request = request_for(url, target);
    const auto code = url.tls ? get_tls(io, steps, url, request, reply)
                              : get_plain(io, steps, url, request, reply);
    return code ? Result<HttpReply>(node_error(code, url)) : reply;
} catch (const std::exception& error) {
    return fail(Errc::node_unreachable, host_header(url) + ": " + error.what());
}

}  // namespace ledger_bridge::node
