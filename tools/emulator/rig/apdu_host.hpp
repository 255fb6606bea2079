// One connection of a host to the APDU port.
//
// Request: length (4, big-endian), command. Answer: length of the data (4), data, status word (2).
// A length above 65,535 ends the connection.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "driver/base/bytes.hpp"
#include "tools/emulator/rig/host.hpp"

namespace ledger_bridge::emulator {

// An answer as bytes of the wire; `last` when the connection ends after them.
struct ApduFrame {
    Bytes bytes;
    bool last = false;
};

ApduFrame to_frame(ByteView answer);
// Half of the data with its status word, well framed. An answer without data is torn instead: the
// frame stops after the first byte of the status word.
ApduFrame cut_frame(ByteView answer);

// Reads commands one after the other and writes frames in order. Reads no further while its reader
// is not ready or its frames are not taken by the host.
class ApduHost final : public Host, public std::enable_shared_from_this<ApduHost> {
public:
    ApduHost(boost::asio::ip::tcp::socket socket, Callbacks callbacks);

    void read() override;
    void deliver(const Delivery& delivery) override;
    // The wire knows no apps.
    [[nodiscard]] bool follow_app() override { return false; }
    // A host that waits for an answer that is lost would wait for ever.
    [[nodiscard]] bool restarts_with_device(bool answer_lost) override { return !answer_lost; }
    [[nodiscard]] bool leaves_answers() const override { return true; }
    void close() override;

private:
    void got_length(const boost::system::error_code& error, std::size_t size);
    void got_command(const boost::system::error_code& error, std::size_t size);
    void write(ApduFrame frame);
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
