// One connection of a host to the APDU port.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

// Reads commands one after the other and writes frames in order. Reads no further while its reader
// is not ready or its frames are not taken by the host.
class ApduHost : public std::enable_shared_from_this<ApduHost> {
public:
    struct Callbacks {
        std::function<void(Bytes command)> received;
        std::function<void()> gone;  // once, unless close() was called
    };

    ApduHost(boost::asio::ip::tcp::socket socket, Callbacks callbacks);

    // Asks for the next command; calls while one is awaited already change nothing.
    void read();
    void write(Bytes frame);
    // After the frames that wait.
    void close_after_writing();
    // At once; no callback is called any more.
    void close();

private:
    void got_length(const boost::system::error_code& error, std::size_t size);
    void got_command(const boost::system::error_code& error, std::size_t size);
    void write_next();
    void wrote(const boost::system::error_code& error, std::size_t size);
    void lose();

    boost::asio::ip::tcp::socket socket_;
    Callbacks callbacks_;
    std::array<std::uint8_t, 4> length_{};
    Bytes command_;
    std::deque<Bytes> outgoing_;
    bool reading_ = false;
    bool closing_ = false;
};

}  // namespace ledger_bridge::emulator
