#include "daemon/socket/socket_connection.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "daemon/socket/socket_message.hpp"

namespace ledger_bridge::daemon {

namespace asio = boost::asio;

SocketConnection::SocketConnection(Socket socket, SocketPool& pool, ClientLimit::Place place)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      pool_(pool),
      place_(std::move(place)) {}

void SocketConnection::start() {
    wait_for_request();
}

void SocketConnection::close_if_idle() {
    if (phase_ == Phase::idle) {
        close();
    }
}

void SocketConnection::close_if_unfinished() {
    if (phase_ == Phase::idle || phase_ == Phase::request) {
        close();
    }
}

void SocketConnection::close() {
    if (std::exchange(phase_, Phase::closed) == Phase::closed) {
        return;
    }
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
    place_.give_back();
    pool_.connections.erase(shared_from_this());
}

std::optional<Waiting> SocketConnection::waiting() const {
    const bool waits = phase_ != Phase::handling;
    return waits ? std::optional(Waiting{place_.client(), since_}) : std::nullopt;
}

void SocketConnection::wait_for_request() {
    enter(Phase::idle, pool_.limits.idle_time);
    socket_.async_wait(asio::socket_base::wait_read,
                       std::bind_front(&SocketConnection::on_readable, shared_from_this()));
}

void SocketConnection::on_readable(const error_code& status) {
    if (!goes_on(status)) {
        return;
    }
    enter(Phase::request, pool_.limits.request_time);
    asio::async_read(socket_,
                     asio::buffer(length_),
                     std::bind_front(&SocketConnection::on_length, shared_from_this()));
}

void SocketConnection::on_length(const error_code& status, std::size_t /*size*/) {
    if (!goes_on(status)) {
        return;
    }
    request_.resize(ByteReader(length_).u16());
    asio::async_read(socket_,
                     asio::buffer(request_),
                     std::bind_front(&SocketConnection::on_request, shared_from_this()));
}

void SocketConnection::on_request(const error_code& status, std::size_t /*size*/) {
    if (!goes_on(status)) {
        return;
    }
    timer_.cancel();
    phase_ = Phase::handling;
    pool_.handler(place_.client(), request_, [self = shared_from_this()](const Bytes& reply) {
        self->reply(reply);
    });
}

void SocketConnection::reply(ByteView reply) {
    if (phase_ != Phase::handling) {
        return;
    }
    if (reply.size() > kMaxMessage) {
        return close();
    }
    ByteWriter message;
    reply_ = message.u16(static_cast<std::uint16_t>(reply.size())).bytes(reply).take();
    enter(Phase::writing, pool_.limits.write_time);
    asio::async_write(socket_,
                      asio::buffer(reply_),
                      std::bind_front(&SocketConnection::on_written, shared_from_this()));
}

void SocketConnection::on_written(const error_code& status, std::size_t /*size*/) {
    if (!goes_on(status)) {
        return;
    }
    if (pool_.stopping) {
        return close();
    }
    wait_for_request();
}

bool SocketConnection::goes_on(const error_code& status) {
    if (status) {
        close();
    }
    return phase_ != Phase::closed;
}

void SocketConnection::enter(Phase phase, Duration time) {
    phase_ = phase;
    since_ = asio::steady_timer::clock_type::now();
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        // A timer that was set anew just as it fired still calls, without an error.
        const bool due = self->timer_.expiry() <= asio::steady_timer::clock_type::now();
        if (!cancelled && due && self->phase_ != Phase::handling) {
            self->close();
        }
    });
}

}  // namespace ledger_bridge::daemon
