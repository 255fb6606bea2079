#include "tools/common/http_get.hpp"

#include <chrono>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <openssl/ssl.h>

#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint64_t kBodyLimit = std::uint64_t{1024} * 1024;

// Runs one asynchronous operation after the other, each to its end or to the deadline.
class Steps {
public:
    Steps(asio::io_context& io, const Deadline& deadline) : io_(io), deadline_(deadline) {}

    // `start` is given the handler to call at the end. Past the deadline the operation is left
    // behind; it goes away with its stream, and no further step is started.
    template <class Start>
    error_code run(const Start& start) {
        std::optional<error_code> end;
        start([&end](error_code code, const auto&... /*details*/) { end = code; });
        io_.restart();
        while (!end && !deadline_.passed()) {
            io_.run_one_for(std::chrono::milliseconds(deadline_.poll_timeout()));
        }
        if (!end) {
            io_.stop();
        }
        return end.value_or(asio::error::timed_out);
    }

private:
    asio::io_context& io_;
    Deadline deadline_;
};

// Errors come as they are from Asio; here they get the words of the tool.
Error node_error(const error_code& code, const NodeUrl& url) {
    const auto where = host_header(url) + ": " + code.message();
    if (code == asio::error::timed_out) {
        return fail(Errc::node_timed_out, host_header(url));
    }
    const bool no_http =
        &code.category() == &make_error_code(http::error::end_of_stream).category();
    return fail(no_http ? Errc::node_bad_answer : Errc::node_unreachable, where);
}

http::request<http::empty_body> request_for(const NodeUrl& url, const std::string& target) {
    http::request<http::empty_body> request{http::verb::get, url.path + target, 11};
    request.set(http::field::host, host_header(url));
    request.set(http::field::accept, "application/json");
    request.set(http::field::user_agent, "ledger-bridge");
    request.set(http::field::connection, "close");
    return request;
}

error_code connect(Steps& steps,
                   asio::io_context& io,
                   beast::tcp_stream& stream,
                   const NodeUrl& url) {
    tcp::resolver resolver(io);
    tcp::resolver::results_type found;
    const auto resolved = steps.run([&](auto done) {
        resolver.async_resolve(
            url.host, url.port, [&found, done](error_code code, tcp::resolver::results_type list) {
                found = std::move(list);
                done(code);
            });
    });
    if (resolved) {
        return resolved;
    }
    return steps.run([&](auto done) { stream.async_connect(found, done); });
}

// Sends the request and reads the answer on a stream that is connected.
template <class Stream>
error_code converse(Steps& steps,
                    Stream& stream,
                    const http::request<http::empty_body>& request,
                    HttpReply& reply) {
    const auto sent = steps.run([&](auto done) { http::async_write(stream, request, done); });
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
                     const http::request<http::empty_body>& request,
                     HttpReply& reply) {
    beast::tcp_stream stream(io);
    const auto connected = connect(steps, io, stream, url);
    return connected ? connected : converse(steps, stream, request, reply);
}

error_code get_tls(asio::io_context& io,
                   Steps& steps,
                   const NodeUrl& url,
                   const http::request<http::empty_body>& request,
                   HttpReply& reply) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    const auto prepared = prepare(context);
    if (prepared) {
        return prepared;
    }
    TlsStream stream(io, context);
    const auto connected = connect(steps, io, stream.next_layer(), url);
    if (connected) {
        return connected;
    }
    const auto secured = handshake(steps, stream, url);
    return secured ? secured : converse(steps, stream, request, reply);
}

}  // namespace

Result<HttpReply> http_get(const NodeUrl& url,
                           const std::string& target,
                           const Deadline& deadline) {
    asio::io_context io(1);
    Steps steps(io, deadline);
    HttpReply reply;
    const auto request = request_for(url, target);
    const auto code = url.tls ? get_tls(io, steps, url, request, reply)
                              : get_plain(io, steps, url, request, reply);
    return code ? Result<HttpReply>(node_error(code, url)) : reply;
}

}  // namespace ledger_bridge::tools
