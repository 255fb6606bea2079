#include "driver/tcp_transport.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "driver/file_descriptor.hpp"
#include "driver/resolve.hpp"
#include "driver/tcp_connect.hpp"
#include "driver/wait.hpp"

namespace ledger_bridge::driver {

namespace {

constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kStatusWordSize = 2;
// A short APDU is answered with at most this much data (ISO 7816-4). A larger number is not a
// length: the two sides are out of step, and reading on would wait for bytes that never come.
constexpr std::size_t kMaxAnswerData = 256;

class TcpTransport final : public Transport {
public:
    TcpTransport(FileDescriptor socket, FileDescriptor cancel_event, const Clock& clock)
        : socket_(std::move(socket)), cancel_event_(std::move(cancel_event)), clock_(&clock) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    Result<std::size_t> drain(Duration quiet) override;
    void cancel() override;

private:
    Result<Bytes> try_exchange(ByteView apdu, const Deadline& deadline);
    Result<std::size_t> try_drain(Duration quiet);
    Result<void> expect_silence();
    Result<void> send(ByteView data, const Deadline& deadline);
    Result<Bytes> receive(std::size_t size, const Deadline& deadline);
    Result<Bytes> receive_answer(const Deadline& deadline);
    Result<void> wait(short events, const Deadline& deadline);
    template <class T>
    Result<T> dead_after_failure(Result<T> result);

    FileDescriptor socket_;  // nothing once the transport is dead
    FileDescriptor cancel_event_;
    const Clock* clock_;
};

Error io_failure(std::string_view call, int error_number) {
    const bool lost = error_number == ECONNRESET || error_number == EPIPE ||
                      error_number == ETIMEDOUT || error_number == EHOSTUNREACH ||
                      error_number == ENETUNREACH || error_number == ENETDOWN;
    return system_failure(lost ? Errc::disconnected : Errc::system, call, error_number);
}

Error already_dead() {
    return fail(Errc::disconnected, "ended by an earlier failure");
}

template <class T>
Result<T> TcpTransport::dead_after_failure(Result<T> result) {
    if (!result) {
        socket_.reset();
    }
    return result;
}

Result<Bytes> TcpTransport::exchange(ByteView apdu, const Deadline& deadline) {
    if (!socket_.valid()) {
        return already_dead();
    }
    if (apdu.empty() || apdu.size() > kMaxMessageSize) {
        return fail(Errc::bad_frame, "an APDU of " + std::to_string(apdu.size()) + " bytes");
    }
    return dead_after_failure(try_exchange(apdu, deadline));
}

Result<Bytes> TcpTransport::try_exchange(ByteView apdu, const Deadline& deadline) {
    const auto silent = expect_silence();
    if (!silent) {
        return silent.error();
    }
    if (deadline.passed()) {
        return fail(Errc::timed_out, "before anything was sent");
    }
    ByteWriter request;
    request.u32(static_cast<std::uint32_t>(apdu.size())).bytes(apdu);
    const auto sent = send(request.view(), deadline);
    if (!sent) {
        return sent.error();
    }
    return receive_answer(deadline);
}

Result<std::size_t> TcpTransport::drain(Duration quiet) {
    if (!socket_.valid()) {
        return already_dead();
    }
    return dead_after_failure(try_drain(quiet));
}

Result<std::size_t> TcpTransport::try_drain(Duration quiet) {
    const auto end = Deadline::after(*clock_, quiet);
    for (std::size_t dropped = 0;; ++dropped) {
        const auto ready = wait(POLLIN, end);
        if (!ready && ready.error().code == Errc::timed_out) {
            return dropped;
        }
        if (!ready) {
            return ready.error();
        }
        // What has begun to arrive is read to its end, or the stream would be cut inside it.
        const auto answer = receive_answer(Deadline::after(*clock_, quiet));
        if (!answer) {
            return answer.error();
        }
        if (end.passed()) {
            return dropped + 1;
        }
    }
}

void TcpTransport::cancel() {
    // Never read, so it stays readable for every later wait. It fails only when the counter is
    // full, and then it is readable already.
    static_cast<void>(::eventfd_write(cancel_event_.get(), 1));
}

// Bytes that are here before the request are the answer to another one.
Result<void> TcpTransport::expect_silence() {
    const auto ready = wait(POLLIN, Deadline(*clock_, TimePoint::min()));
    if (!ready) {
        return ready.error().code == Errc::timed_out ? Result<void>{} : ready.error();
    }
    const auto byte = receive(1, Deadline(*clock_, TimePoint::min()));
    return byte ? fail(Errc::bad_frame, "an answer that nobody asked for") : byte.error();
}

Result<void> TcpTransport::send(ByteView data, const Deadline& deadline) {
    while (!data.empty()) {
        const auto sent = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            data = data.subspan(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EINTR && errno != EAGAIN) {
            return io_failure("send", errno);
        }
        const auto ready = wait(POLLOUT, deadline);
        if (!ready) {
            return ready;
        }
    }
    return {};
}

Result<Bytes> TcpTransport::receive(std::size_t size, const Deadline& deadline) {
    Bytes data(size);
    for (std::size_t filled = 0; filled < size;) {
        const auto ready = wait(POLLIN, deadline);
        if (!ready) {
            return ready.error();
        }
        const auto got = ::recv(socket_.get(), data.data() + filled, size - filled, 0);
        if (got == 0) {
            return fail(Errc::disconnected, "closed by the other side");
        }
        if (got > 0) {
            filled += static_cast<std::size_t>(got);
        } else if (errno != EINTR && errno != EAGAIN) {
            return io_failure("recv", errno);
        }
    }
    return data;
}

Result<Bytes> TcpTransport::receive_answer(const Deadline& deadline) {
    const auto length = receive(kLengthSize, deadline);
    if (!length) {
        return length;
    }
    const std::size_t data_size = ByteReader(*length).u32();
    if (data_size > kMaxAnswerData) {
        return fail(Errc::bad_frame, "an answer of " + std::to_string(data_size) + " bytes");
    }
    return receive(data_size + kStatusWordSize, deadline);
}

Result<void> TcpTransport::wait(short events, const Deadline& deadline) {
    return wait_ready(socket_.get(), events, cancel_event_.get(), deadline);
}

Result<FileDescriptor> connect_any(const std::vector<SocketAddress>& addresses,
                                   const Deadline& deadline) {
    Result<FileDescriptor> socket = fail(Errc::no_device, "no address");
    for (const auto& address : addresses) {
        socket = connect_socket(address, deadline);
        if (socket) {
            break;
        }
    }
    return socket;
}

}  // namespace

Result<std::unique_ptr<Transport>> connect_tcp(const std::string& host,
                                               std::uint16_t port,
                                               const Clock& clock,
                                               const Deadline& deadline) {
    const auto addresses = resolve(host, port, deadline);
    if (!addresses) {
        return addresses.error();
    }
    auto socket = connect_any(*addresses, deadline);
    if (!socket) {
        return Error{socket.error().code,
                     host + " port " + std::to_string(port) + ": " + socket.error().detail};
    }
    FileDescriptor cancel_event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!cancel_event.valid()) {
        return system_failure(Errc::system, "eventfd", errno);
    }
    return std::unique_ptr<Transport>(
        std::make_unique<TcpTransport>(std::move(*socket), std::move(cancel_event), clock));
}

}  // namespace ledger_bridge::driver
