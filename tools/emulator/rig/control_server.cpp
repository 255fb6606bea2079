#include "tools/emulator/rig/control_server.hpp"

#include <chrono>
#include <functional>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "tools/emulator/rig/listen.hpp"

namespace ledger_bridge::emulator {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::uint64_t kLargestBody{65'536};
constexpr std::uint32_t kLargestHeader{8'192};
constexpr std::chrono::seconds kIdle{60};
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

// One connection, which may carry many requests one after the other.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, ControlRoutes& routes)
        : stream_(std::move(socket)), routes_(routes) {}

    void read() {
        parser_.emplace();
        parser_->body_limit(kLargestBody);
        parser_->header_limit(kLargestHeader);
        stream_.expires_after(kIdle);
        http::async_read(
            stream_, buffer_, *parser_, std::bind_front(&Session::got_request, shared_from_this()));
    }

private:
    void got_request(const error_code& error, std::size_t /*size*/) {
        if (!error) {
            const auto& request = parser_->get();
            reply(routes_.handle(
                      view(request.method_string()), view(request.target()), request.body()),
                  request.keep_alive());
        } else if (error.category() == make_error_code(http::error::bad_method).category() &&
                   error != http::error::end_of_stream) {
            reply({400, {{"error", "this is no HTTP request: " + error.message()}}}, false);
        }
    }

    void reply(const ControlAnswer& answer, bool keep_alive) {
        response_ = {};
        response_.result(answer.status);
        response_.set(http::field::content_type, "application/json");
        response_.keep_alive(keep_alive);
        // Screens and names are ASCII, but an error must not end the process if one is not.
        response_.body() =
            answer.body.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
        response_.prepare_payload();
        http::async_write(
            stream_, response_, std::bind_front(&Session::replied, shared_from_this()));
    }

    void replied(const error_code& error, std::size_t /*size*/) {
        if (!error && response_.keep_alive()) {
            read();
            return;
        }
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    beast::tcp_stream stream_;
    ControlRoutes& routes_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
};

class HttpControl final : public ControlServer {
public:
    HttpControl(tcp::acceptor acceptor, ControlRoutes& routes)
        : acceptor_(std::move(acceptor)),
          port_(acceptor_.local_endpoint().port()),
          pause_(acceptor_.get_executor()),
          routes_(routes) {
        accept();
    }

    [[nodiscard]] std::uint16_t port() const override { return port_; }

private:
    void accept() {
        acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
            accepted(error, std::move(socket));
        });
    }

    void accepted(const error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted) {
            return;
        }
        if (!error) {
            std::make_shared<Session>(std::move(socket), routes_)->read();
            accept();
            return;
        }
        pause_.expires_after(kAcceptPause);
        pause_.async_wait([this](const error_code& cancelled) {
            if (!cancelled) {
                accept();
            }
        });
    }

    tcp::acceptor acceptor_;
    std::uint16_t port_;
    asio::steady_timer pause_;
    ControlRoutes& routes_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> serve_control(asio::io_context& io,
                                                     std::uint16_t port,
                                                     ControlRoutes& routes) {
    auto acceptor = listen_on(io.get_executor(), port);
    if (!acceptor) {
        return acceptor.error();
    }
    return std::unique_ptr<ControlServer>(
        std::make_unique<HttpControl>(std::move(*acceptor), routes));
}

}  // namespace ledger_bridge::emulator
