#include "driver/tcp_stream.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>

#include "driver/wait.hpp"

namespace ledger_bridge::driver {

namespace {

Error io_failure(std::string_view call, int error_number) {
    const bool lost = error_number == ECONNRESET || error_number == EPIPE ||
                      error_number == ETIMEDOUT || error_number == EHOSTUNREACH ||
                      error_number == ENETUNREACH || error_number == ENETDOWN;
    return system_failure(lost ? Errc::disconnected : Errc::system, call, error_number);
}

}  // namespace

Result<TcpStream> TcpStream::open(FileDescriptor socket) {
    FileDescriptor cancel_event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!cancel_event.valid()) {
        return system_failure(Errc::system, "eventfd", errno);
    }
    return TcpStream(std::move(socket), std::move(cancel_event));
}

Result<void> TcpStream::send(ByteView data, const Deadline& deadline) {
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

Result<Bytes> TcpStream::receive(std::size_t size, const Deadline& deadline) {
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

Result<void> TcpStream::wait_input(const Deadline& deadline) {
    return wait(POLLIN, deadline);
}

Result<void> TcpStream::wait(short events, const Deadline& deadline) {
    return wait_ready(socket_.get(), events, cancel_event_.get(), deadline);
}

void TcpStream::cancel() {
    // Never read, so it stays readable for every later wait. It fails only when the counter is
    // full, and then it is readable already.
    static_cast<void>(::eventfd_write(cancel_event_.get(), 1));
}

}  // namespace ledger_bridge::driver
