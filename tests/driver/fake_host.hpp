// The other end of a TCP transport in tests: a listening socket and a script on its own thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "driver/base/bytes.hpp"
#include "driver/file_descriptor.hpp"

namespace ledger_bridge::driver {

// One accepted connection.
class Peer {
public:
    explicit Peer(FileDescriptor socket) : socket_(std::move(socket)) {}

    void send(std::string_view hex);
    // Blocks for `size` bytes; fewer when the other side ended.
    std::string receive(std::size_t size);
    // Blocks until the other side has closed.
    void wait_for_end();
    // Makes the close of this end a reset instead of an orderly end.
    void reset_on_close();

private:
    FileDescriptor socket_;
};

// Listens on 127.0.0.1; runs `script` once with the first connection; joins when destroyed.
class FakeHost {
public:
    explicit FakeHost(std::function<void(Peer&)> script);
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;
    FakeHost(FakeHost&&) = delete;
    FakeHost& operator=(FakeHost&&) = delete;
    ~FakeHost();

    // Waits for the script's end.
    void join();

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    FileDescriptor listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

// A port on which nobody listens.
std::uint16_t closed_port();

}  // namespace ledger_bridge::driver
