// The emulator's cable: brings the commands of one host at a time to the device, and its answers
// back, on whichever port the host came.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "driver/base/result.hpp"
#include "tools/emulator/rig/bench.hpp"
#include "tools/emulator/rig/host.hpp"
#include "tools/emulator/rig/host_port.hpp"

namespace ledger_bridge::emulator {

// What a port makes of a connection.
using HostMaker =
    std::function<std::shared_ptr<Host>(boost::asio::ip::tcp::socket socket, Host::Callbacks)>;

// One host at a time over all ports; others wait in the accept queues. While an answer is delayed,
// further commands wait; while a prompt is open, the device drops them. One thread.
class DeviceCable final : public Cable {
public:
    // `io` and `bench` outlive the cable.
    DeviceCable(boost::asio::io_context& io, Bench& bench);

    // Gives the number of the port, also when 0 was asked for. Errors: cannot_listen.
    Result<std::uint16_t> open_port(std::uint16_t number, HostMaker make_host);

    [[nodiscard]] bool plugged() const override { return plugged_; }
    void unplug() override;
    [[nodiscard]] bool plug() override;
    void send(Delivery delivery) override;
    void device_restarted(bool host_waits) override;
    void follow_app() override;

private:
    void accept();
    void connected(std::shared_ptr<Host> host);
    void received(Bytes command);
    void work();
    void finish(const Delivery& delivery);
    void transmit(const Delivery& delivery);
    void drop_host();
    void forget_answers();

    boost::asio::io_context& io_;
    Bench& bench_;
    boost::asio::steady_timer answer_timer_;
    std::vector<std::unique_ptr<HostPort>> ports_;
    std::shared_ptr<Host> host_;
    std::deque<Bytes> commands_;      // of this host, not yet seen by the device
    std::deque<Delivery> unclaimed_;  // answers that found no host
    AppId app_;                       // that the host knows of
    bool plugged_ = true;
    bool answering_ = false;  // an answer is delayed
};

}  // namespace ledger_bridge::emulator
