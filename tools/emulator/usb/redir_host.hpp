// One connection of QEMU's usb-redir, or of another host that speaks usbredir, to the redirection
// port.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "driver/base/clock.hpp"
#include "tools/emulator/rig/bench.hpp"
#include "tools/emulator/rig/host.hpp"
#include "tools/emulator/usb/hid_frames.hpp"
#include "tools/emulator/usb/usb_device.hpp"

namespace ledger_bridge::emulator {

// The connection is the cable: its end is an unplugged device. When another app opens or the device
// restarts, the device leaves the host's port and comes back with the product id of that app.
class RedirHost final : public Host, public std::enable_shared_from_this<RedirHost> {
public:
    // `bench` outlives the host.
    RedirHost(boost::asio::ip::tcp::socket socket, Callbacks callbacks, Bench& bench);

    // Plugs the device in. Once, before anything else.
    void start();

    void read() override;
    void deliver(const Delivery& delivery) override;
    [[nodiscard]] bool follow_app() override;
    [[nodiscard]] bool restarts_with_device(bool answer_lost) override;
    [[nodiscard]] bool leaves_answers() const override { return false; }
    void close() override;

private:
    enum class Stage {
        plugged_in,
        leaving,  // the host still gets the time to take the last answer
        away,
    };
    using Step = void (RedirHost::*)();

    void receive();
    void got_bytes(const boost::system::error_code& error, std::size_t size);
    void got_report(ByteView report);
    void flush();
    void wrote(const boost::system::error_code& error, std::size_t size);
    void answer(const Delivery& delivery);
    void leave_then(Step step);
    void detach();
    void attach();
    void in(std::chrono::milliseconds delay, Step step);
    void lose();

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    Callbacks callbacks_;
    Bench& bench_;
    UsbDevice usb_;
    CommandAssembler assembler_;
    std::array<std::uint8_t, 4096> incoming_{};
    Bytes outgoing_;
    Stage stage_ = Stage::away;
    boost::asio::steady_timer::time_point answered_;  // the last answer
    bool ready_ = false;                              // for the next command
    bool receiving_ = false;
    bool writing_ = false;
};

}  // namespace ledger_bridge::emulator
