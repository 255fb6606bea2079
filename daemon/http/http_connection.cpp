#include "daemon/http/http_connection.hpp"

#include <functional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "daemon/errors.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/http_duty.hpp"
#include "daemon/http/http_wire.hpp"
#include "daemon/logging.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// Room beyond the header for what follows it: part of a body, or the line before a chunk.
constexpr std::size_t kReadAhead = 4096;

constexpr auto kCancelAgain = std::chrono::milliseconds(10);

constexpr unsigned kDefaultVersion = 11;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string text(beast::string_view view) {
    return {view.data(), view.size()};
}

}  // namespace

HttpConnection::HttpConnection(HttpStream::Socket socket,
                               HttpPool& pool,
                               Result<ClientLimit::Place> place)
    : stream_(std::move(socket), pool.tls),
      timer_(stream_.get_executor()),
      pool_(pool),
      place_(std::move(place)),
      buffer_(pool.limits.header + kReadAhead) {}

HttpStream::executor_type HttpConnection::executor() {
    return stream_.get_executor();
}

void HttpConnection::start() {
    Status ignored;
    stream_.socket().set_option(asio::socket_base::keep_alive(true), ignored);
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    if (!stream_.secure()) {
        begin();
        return;
    }
    enter(Phase::handshake, pool_.limits.header_time);
    stream_.handshake(std::bind_front(&HttpConnection::on_handshake, shared_from_this()));
}

void HttpConnection::on_handshake(const Status& status) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (status) {
        logger("http")->debug("no TLS with a client: {}",
                              timed_out_ ? "it took too long" : status.message());
        enter(Phase::lingering, pool_.limits.linger_time);
        on_shut_down(status);
        return;
    }
    certificate_ = stream_.client_certificate();
    begin();
}

void HttpConnection::begin() {
    if (!place_) {
        end_with(place_.error());
        return;
    }
    wait_for_request();
}

void HttpConnection::close_if_idle() {
    if (phase_ != Phase::idle) {
        return;
    }
    if (stream_.secure()) {
        stop_reading();
    } else {
        close();
    }
}

void HttpConnection::close_if_unfinished() {
    if (phase_ == Phase::handshake || phase_ == Phase::header || phase_ == Phase::body) {
        close();
    } else {
        close_if_idle();
    }
}

void HttpConnection::end() {
    ends_ = true;
    close_if_unfinished();
}

void HttpConnection::close() {
    if (std::exchange(phase_, Phase::closed) == Phase::closed) {
        return;
    }
    timer_.cancel();
    Status ignored;
    stream_.socket().close(ignored);
    if (place_) {
        place_->give_back();
    }
    pool_.connections.erase(shared_from_this());
}

std::optional<Waiting> HttpConnection::waiting() const {
    const bool waits = phase_ != Phase::handling && place_;
    return waits ? std::optional(Waiting{place_->client(), since_}) : std::nullopt;
}

void HttpConnection::wait_for_request() {
    if (buffer_.size() > 0) {
        read_header();
        return;
    }
    enter(Phase::idle, pool_.limits.idle_time);
    stream_.async_read_some(buffer_.prepare(kReadAhead),
                            std::bind_front(&HttpConnection::on_first_bytes, shared_from_this()));
}

void HttpConnection::on_first_bytes(const Status& status, std::size_t size) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (!status) {
        buffer_.commit(size);
        read_header();
    } else if (timed_out_ || status == asio::error::eof) {
        hang_up();
    } else {
        close();
    }
}

void HttpConnection::read_header() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(pool_.limits.header));
    parser_->body_limit(pool_.limits.body);
    enter(Phase::header, pool_.limits.header_time);
    http::async_read_header(stream_,
                            buffer_,
                            *parser_,
                            std::bind_front(&HttpConnection::on_header, shared_from_this()));
}

void HttpConnection::on_header(const Status& status, std::size_t size) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (status) {
        reject(status);
        return;
    }
    // Beast holds the request line and the fields to the limit one by one.
    if (size > pool_.limits.header) {
        end_with(fail(Errc::header_too_large));
        return;
    }
    if (ambiguous(parser_->get())) {
        end_with(fail(Errc::bad_request, "the length of the body is ambiguous"));
        return;
    }
    if (bad_host(parser_->get())) {
        end_with(fail(Errc::bad_request, "Host is given twice, or is no host"));
        return;
    }
    enter(Phase::body, pool_.limits.body_time);
    if (wants_continue(parser_->get()) && !parser_->is_done()) {
        send_continue();
        return;
    }
    read_body();
}

void HttpConnection::send_continue() {
    asio::async_write(stream_,
                      asio::buffer(kContinue),
                      std::bind_front(&HttpConnection::on_continue_sent, shared_from_this()));
}

void HttpConnection::on_continue_sent(const Status& status, std::size_t /*size*/) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (status) {
        close();
        return;
    }
    read_body();
}

void HttpConnection::read_body() {
    http::async_read(
        stream_, buffer_, *parser_, std::bind_front(&HttpConnection::on_body, shared_from_this()));
}

void HttpConnection::on_body(const Status& status, std::size_t /*size*/) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (status) {
        reject(status);
        return;
    }
    dispatch();
}

void HttpConnection::dispatch() {
    timer_.cancel();
    phase_ = Phase::handling;
    auto& message = parser_->get();
    HttpRequest request{.method = text(message.method_string()),
                        .target = text(message.target()),
                        .body = std::move(message.body()),
                        .content_type = text(message[http::field::content_type]),
                        .certificate = certificate_,
                        .origin = place_->client(),
                        .from_page = from_page(message)};
    pool_.handler(std::move(request), make_respond(shared_from_this(), ++serial_));
}

void HttpConnection::answer(std::uint64_t serial, HttpAnswer answer) {
    if (phase_ != Phase::handling || serial != serial_) {
        return;
    }
    write(std::move(answer), parser_->keep_alive() && !pool_.stopping && !ends_);
}

// What a failed read means to the client.
void HttpConnection::reject(const Status& status) {
    if (timed_out_) {
        end_with(fail(Errc::request_timeout));
    } else if (status == http::error::body_limit) {
        end_with(fail(Errc::body_too_large));
    } else if (status == http::error::header_limit ||
               (status == http::error::buffer_overflow && phase_ == Phase::header)) {
        end_with(fail(Errc::header_too_large));
    } else if (status == http::error::end_of_stream) {
        hang_up();
    } else if (status.category() != make_error_code(http::error::end_of_stream).category()) {
        close();
    } else {
        end_with(fail(Errc::bad_request, status.message()));
    }
}

void HttpConnection::end_with(const Error& error) {
    logger("http")->debug("{}", error.text());
    parser_.reset();
    write(error_answer(error), false);
}

void HttpConnection::write(HttpAnswer answer, bool keep_open) {
    const auto head = parser_ && parser_->get().method() == http::verb::head;
    response_ = make_response(std::move(answer));
    response_.version(parser_ ? parser_->get().version() : kDefaultVersion);
    if (head) {
        response_.body().clear();
    }
    response_.keep_alive(keep_open);
    response_.prepare_payload();
    enter(Phase::writing, pool_.limits.write_time);
    http::async_write(
        stream_, response_, std::bind_front(&HttpConnection::on_written, shared_from_this()));
}

void HttpConnection::on_written(const Status& status, std::size_t /*size*/) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (status) {
        close();
        return;
    }
    if (response_.keep_alive() && !ends_) {
        wait_for_request();
        return;
    }
    hang_up();
}

void HttpConnection::hang_up() {
    enter(Phase::lingering, pool_.limits.linger_time);
    stream_.shut_down(std::bind_front(&HttpConnection::on_shut_down, shared_from_this()));
}

// Whether TLS ended as it should or not: what the client still sends is taken, and dropped.
void HttpConnection::on_shut_down(const Status& /*status*/) {
    if (phase_ == Phase::closed) {
        return;
    }
    Status ignored;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    linger();
}

void HttpConnection::linger() {
    buffer_.clear();
    stream_.socket().async_read_some(
        buffer_.prepare(kReadAhead),
        std::bind_front(&HttpConnection::on_lingered, shared_from_this()));
}

void HttpConnection::on_lingered(const Status& status, std::size_t /*size*/) {
    if (phase_ == Phase::closed) {
        return;
    }
    if (status) {
        close();
        return;
    }
    linger();
}

void HttpConnection::enter(Phase phase, Duration time) {
    phase_ = phase;
    since_ = asio::steady_timer::clock_type::now();
    timed_out_ = false;
    timer_.expires_after(time);
    timer_.async_wait(std::bind_front(&HttpConnection::on_timer, shared_from_this()));
}

// A read is several steps, and cancel() misses one that lies between two of them: so it is
// repeated until the read has ended.
void HttpConnection::stop_reading() {
    timed_out_ = true;
    Status ignored;
    stream_.socket().cancel(ignored);
    timer_.expires_after(kCancelAgain);
    timer_.async_wait(std::bind_front(&HttpConnection::on_timer, shared_from_this()));
}

void HttpConnection::on_timer(const Status& status) {
    // A timer that was set anew just as it fired still calls, without an error.
    if (status || timer_.expiry() > asio::steady_timer::clock_type::now()) {
        return;
    }
    if (phase_ == Phase::header || phase_ == Phase::body || phase_ == Phase::handshake) {
        stop_reading();
    } else if (phase_ == Phase::idle) {
        close_if_idle();
    } else if (phase_ != Phase::handling) {
        close();
    }
}

}  // namespace ledger_bridge::daemon
