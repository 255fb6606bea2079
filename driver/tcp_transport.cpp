#include "driver/tcp_transport.hpp"

#include "driver/base/crash_point.hpp"
#include "driver/resolve.hpp"
#include "driver/tcp_connect.hpp"
#include "driver/tcp_stream.hpp"

namespace ledger_bridge::driver {

namespace {

constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kStatusWordSize = 2;
// A short APDU is answered with at most this much data (ISO 7816-4). A larger number is not a
// length: the two sides are out of step, and reading on would wait for bytes that never come.
constexpr std::size_t kMaxAnswerData = 256;

class TcpTransport final : public Transport {
public:
    TcpTransport(TcpStream stream, const Clock& clock)
        : stream_(std::move(stream)), clock_(&clock) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    Result<std::size_t> drain(Duration quiet) override;
    void cancel() override { stream_.cancel(); }

private:
    Result<Bytes> try_exchange(ByteView apdu, const Deadline& deadline);
    Result<std::size_t> try_drain(Duration quiet);
    Result<void> expect_silence();
    Result<Bytes> receive_answer(const Deadline& deadline);
    template <class T>
    Result<T> dead_after_failure(Result<T> result);

    TcpStream stream_;  // closed once the transport is dead
    const Clock* clock_;
};

Error already_dead() {
    return fail(Errc::disconnected, "ended by an earlier failure");
}

template <class T>
Result<T> TcpTransport::dead_after_failure(Result<T> result) {
    if (!result) {
        stream_.close();
    }
    return result;
}

Result<Bytes> TcpTransport::exchange(ByteView apdu, const Deadline& deadline) {
    if (!stream_.is_open()) {
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
    crash_point("apdu_ready");
    const auto sent = stream_.send(request.view(), deadline);
    if (!sent) {
        return sent.error();
    }
    crash_point("apdu_sent");
    auto answer = receive_answer(deadline);
    crash_point("apdu_answered");
    return answer;
}

Result<std::size_t> TcpTransport::drain(Duration quiet) {
    if (!stream_.is_open()) {
        return already_dead();
    }
    return dead_after_failure(try_drain(quiet));
}

Result<std::size_t> TcpTransport::try_drain(Duration quiet) {
    const auto end = Deadline::after(*clock_, quiet);
    for (std::size_t dropped = 0;; ++dropped) {
        const auto ready = stream_.wait_input(end);
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

// Bytes that are here before the request are the answer to another one.
Result<void> TcpTransport::expect_silence() {
    const Deadline now(*clock_, TimePoint::min());
    const auto ready = stream_.wait_input(now);
    if (!ready) {
        return ready.error().code == Errc::timed_out ? Result<void>{} : ready.error();
    }
    const auto byte = stream_.receive(1, now);
    return byte ? fail(Errc::bad_frame, "an answer that nobody asked for") : byte.error();
}

Result<Bytes> TcpTransport::receive_answer(const Deadline& deadline) {
    const auto length = stream_.receive(kLengthSize, deadline);
    if (!length) {
        return length;
    }
    const std::size_t data_size = ByteReader(*length).u32();
    if (data_size > kMaxAnswerData) {
        return fail(Errc::bad_frame, "an answer of " + std::to_string(data_size) + " bytes");
    }
    return stream_.receive(data_size + kStatusWordSize, deadline);
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
    auto stream = TcpStream::open(std::move(*socket));
    if (!stream) {
        return stream.error();
    }
    return std::unique_ptr<Transport>(std::make_unique<TcpTransport>(std::move(*stream), clock));
}

}  // namespace ledger_bridge::driver
