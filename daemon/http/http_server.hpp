// The HTTP listener: limits, connections and order of answers; it knows no route.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/http_limits.hpp"
#include "daemon/config/listen_address.hpp"
#include "daemon/http/http_message.hpp"
#include "daemon/http/tls_context.hpp"
#include "driver/base/result.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace ledger_bridge::daemon {

// Serves HTTP/1.1 and 1.0 on every address that the host name resolves to. Each connection has
// one request in work at a time, so pipelined requests are answered in order.
//
// What the handler never sees: requests that are malformed, too large, too slow, or ambiguous
// (Content-Length beside Transfer-Encoding, differing lengths, codings other than chunked). They
// get the error array with 400, 408, 413 or 431, and the connection ends.
//
// Used, and destroyed, on the thread of the io_context, before the io_context is.
class HttpServer {
public:
    // Blocks while a host name is resolved. Null `tls`: in the clear. Errors: listen_failed with
    // address and reason.
    static Result<std::unique_ptr<HttpServer>> listen(boost::asio::io_context& io,
                                                      const ListenAddress& address,
                                                      const HttpLimits& limits,
                                                      Handler handler,
                                                      TlsContext tls = nullptr);

    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    HttpServer(HttpServer&&) = delete;
    HttpServer& operator=(HttpServer&&) = delete;
    // Closes everything; handlers are not called any more, answers still to come go nowhere.
    ~HttpServer();

    // The port that was asked for, or the free one that was taken.
    [[nodiscard]] std::uint16_t port() const;
    // One for each address it is bound to: "127.0.0.1:6732".
    [[nodiscard]] std::vector<std::string> addresses() const;
    // "http" or "https".
    [[nodiscard]] std::string_view scheme() const;
    // Open now, those included that have no place and are being told so.
    [[nodiscard]] std::size_t connections() const;

    // For connections to come; those that are open keep what they have, unless clients have to show
    // certificates of others now: then they end, after the answer that is in work. With https only.
    void use(TlsContext tls);
    // No new connections, and each open one ends with its next answer.
    void stop_accepting();
    // Ends the connections that wait for a request.
    void close_idle();
    // And those that have sent a part of one.
    void close_unfinished();

private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace ledger_bridge::daemon
