#include "driver/tcp_connect.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "driver/wait.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace ledger_bridge::driver {

namespace {

Error connect_failure(int error_number) {
    switch (error_number) {
        case EACCES:
        case EPERM:
            return system_failure(Errc::permission_denied, "connect", error_number);
        case ECONNREFUSED:
        case ECONNRESET:
        case EHOSTUNREACH:
        case EHOSTDOWN:
        case ENETUNREACH:
        case ENETDOWN:
        case EADDRNOTAVAIL:
        case EAFNOSUPPORT:
        case ETIMEDOUT:
            return system_failure(Errc::no_device, "connect", error_number);
        default:
            return system_failure(Errc::system, "connect", error_number);
    }
}

const sockaddr* as_sockaddr(const sockaddr_storage& storage) {
    return std::bit_cast<const sockaddr*>(&storage);
}

sockaddr* as_sockaddr(sockaddr_storage& storage) {
    return std::bit_cast<sockaddr*>(&storage);
}

// A host that keeps trying a local port on which nobody listens is one day given that port as its
// own, and TCP then connects it to itself: it would read its own requests as answers.
bool is_connected_to_itself(int fd) {
    sockaddr_storage own{};
    sockaddr_storage peer{};
    socklen_t own_size = sizeof own;
    socklen_t peer_size = sizeof peer;
    return ::getsockname(fd, as_sockaddr(own), &own_size) == 0 &&
           ::getpeername(fd, as_sockaddr(peer), &peer_size) == 0 && own_size == peer_size &&
           std::memcmp(&own, &peer, own_size) == 0;
}

// Best effort: without them the connection is slower, or a lost peer is noticed later.
void set_options(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

// 0, or the errno with which a connection that was begun has ended.
int pending_error(int fd) {
    int error_number = 0;
    socklen_t size = sizeof error_number;
    const int result = ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error_number, &size);
    return result == 0 ? error_number : errno;
}

}  // namespace

Result<FileDescriptor> connect_socket(const SocketAddress& address, const Deadline& deadline) {
    FileDescriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) {
        return connect_failure(errno);
    }
    set_options(socket.get());
    const int begun = ::connect(socket.get(), as_sockaddr(address.storage), address.size);
    // After a signal the connection goes on by itself, as after EINPROGRESS.
    if (begun != 0 && errno != EINPROGRESS && errno != EINTR) {
        return connect_failure(errno);
    }
    const auto ready = wait_ready(socket.get(), POLLOUT, -1, deadline);
    if (!ready) {
        return ready.error();
    }
    if (const int error_number = pending_error(socket.get()); error_number != 0) {
        return connect_failure(error_number);
    }
    if (is_connected_to_itself(socket.get())) {
        return connect_failure(ECONNREFUSED);
    }
    return socket;
}

}  // namespace ledger_bridge::driver
