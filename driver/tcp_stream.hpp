// A connected TCP socket on which every wait has a deadline and can be cancelled.
#pragma once

#include <cstddef>

#include "driver/base/bytes.hpp"
#include "driver/base/clock.hpp"
#include "driver/errors.hpp"
#include "driver/file_descriptor.hpp"

namespace ledger_bridge::driver {

// One thread at a time, but for cancel().
// Errors of every wait: timed_out, disconnected (also after cancel), system.
class TcpStream {
public:
    // Takes a connected, non-blocking socket. Errors: system.
    static Result<TcpStream> open(FileDescriptor socket);

    Result<void> send(ByteView data, const Deadline& deadline);
    // Exactly `size` bytes.
    Result<Bytes> receive(std::size_t size, const Deadline& deadline);
    // Until there is something to receive, the other side's end included.
    Result<void> wait_input(const Deadline& deadline);

    [[nodiscard]] bool is_open() const { return socket_.valid(); }
    void close() { socket_.reset(); }

    // Makes the wait in progress and all later ones fail with disconnected. Any thread.
    void cancel();

private:
    TcpStream(FileDescriptor socket, FileDescriptor cancel_event)
        : socket_(std::move(socket)), cancel_event_(std::move(cancel_event)) {}

    Result<void> wait(short events, const Deadline& deadline);

    FileDescriptor socket_;
    FileDescriptor cancel_event_;
};

}  // namespace ledger_bridge::driver
