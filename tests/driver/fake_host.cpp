#include "tests/driver/fake_host.hpp"

#include <sys/socket.h>

#include <bit>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace ledger_bridge::driver {

namespace {

void check(bool good) {
    if (!good) {
        throw std::runtime_error("fake host: system call failed");
    }
}

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

FileDescriptor bound_socket() {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback();
    check(::bind(socket.get(), std::bit_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

std::uint16_t port_of(const FileDescriptor& socket) {
    auto address = loopback();
    socklen_t size = sizeof address;
    check(::getsockname(socket.get(), std::bit_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
}

}  // namespace

void Peer::send(std::string_view hex) {
    const auto bytes = from_hex(hex).value();
    ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string Peer::receive(std::size_t size) {
    Bytes bytes(size);
    const auto got = ::recv(socket_.get(), bytes.data(), size, MSG_WAITALL);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return to_hex(bytes);
}

void Peer::wait_for_end() {
    while (!receive(1).empty()) {
    }
}

void Peer::reset_on_close() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

FakeHost::FakeHost(std::function<void(Peer&)> script) : listener_(bound_socket()) {
    check(::listen(listener_.get(), 1) == 0);
    port_ = port_of(listener_);
    thread_ = std::thread([this, script = std::move(script)] {
        FileDescriptor accepted(::accept(listener_.get(), nullptr, nullptr));
        if (accepted.valid()) {
            Peer peer(std::move(accepted));
            script(peer);
        }
    });
}

FakeHost::~FakeHost() {
    // Ends an accept that nobody came for.
    ::shutdown(listener_.get(), SHUT_RDWR);
    join();
}

void FakeHost::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::uint16_t closed_port() {
    return port_of(bound_socket());
}

}  // namespace ledger_bridge::driver
