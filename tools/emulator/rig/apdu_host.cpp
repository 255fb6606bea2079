#include "tools/emulator/rig/apdu_host.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace ledger_bridge::emulator {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::uint32_t kLongestCommand = 65'535;
constexpr std::size_t kMostOutgoing = 16;
constexpr std::size_t kStatusSize = 2;

}  // namespace

ApduFrame to_frame(ByteView answer) {
    const auto data_size = static_cast<std::uint32_t>(answer.size() - kStatusSize);
    return {ByteWriter().u32(data_size).bytes(answer).take()};
}

ApduFrame cut_frame(ByteView answer) {
    const auto data = answer.first(answer.size() - kStatusSize);
    if (data.empty()) {
        auto torn = to_frame(answer);
        torn.bytes.pop_back();
        torn.last = true;
        return torn;
    }
    const auto half =
        ByteWriter().bytes(data.first(data.size() / 2)).bytes(answer.last(kStatusSize));
    return to_frame(half.view());
}

ApduHost::ApduHost(asio::ip::tcp::socket socket, Callbacks callbacks)
    : socket_(std::move(socket)), callbacks_(std::move(callbacks)) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void ApduHost::read() {
    if (reading_ || closing_ || outgoing_.size() >= kMostOutgoing) {
        return;
    }
    reading_ = true;
    asio::async_read(
        socket_, asio::buffer(length_), std::bind_front(&ApduHost::got_length, shared_from_this()));
}

void ApduHost::got_length(const error_code& error, std::size_t /*size*/) {
    const auto length = ByteReader(length_).u32();
    if (error || length > kLongestCommand) {
        lose();
        return;
    }
    command_.resize(length);
    asio::async_read(socket_,
                     asio::buffer(command_),
                     std::bind_front(&ApduHost::got_command, shared_from_this()));
}

void ApduHost::got_command(const error_code& error, std::size_t /*size*/) {
    if (error) {
        lose();
        return;
    }
    reading_ = false;
    // A copy: what it does may close this connection and empty the callbacks.
    const auto received = callbacks_.received;
    if (received) {
        received(std::exchange(command_, {}));
    }
}

void ApduHost::deliver(const Delivery& delivery) {
    switch (delivery.end) {
        case Delivery::End::send:
            write(to_frame(delivery.answer));
            break;
        case Delivery::End::cut:
            write(cut_frame(delivery.answer));
            break;
        case Delivery::End::nothing:
            break;
        case Delivery::End::close:
            lose();
            break;
    }
}

void ApduHost::write(ApduFrame frame) {
    closing_ = closing_ || frame.last;
    outgoing_.push_back(std::move(frame.bytes));
    if (outgoing_.size() == 1) {
        write_next();
    }
}

void ApduHost::write_next() {
    asio::async_write(socket_,
                      asio::buffer(outgoing_.front()),
                      std::bind_front(&ApduHost::wrote, shared_from_this()));
}

void ApduHost::wrote(const error_code& error, std::size_t /*size*/) {
    if (error) {
        lose();
        return;
    }
    outgoing_.pop_front();
    if (!outgoing_.empty()) {
        write_next();
    } else if (closing_) {
        lose();
    } else {
        read();
    }
}

void ApduHost::close() {
    callbacks_ = {};
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void ApduHost::lose() {
    const auto gone = std::exchange(callbacks_, {}).gone;
    close();
    if (gone) {
        gone();
    }
}

}  // namespace ledger_bridge::emulator
