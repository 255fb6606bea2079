// The USB side of the device: enumeration, and reports in and out, for one host. No sockets, no
// time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "driver/base/bytes.hpp"
#include "tools/emulator/usb/redir_parser.hpp"

namespace ledger_bridge::emulator {

class UsbDevice final : private RedirHandler {
public:
    struct Callbacks {
        std::function<void(ByteView report)> received;  // each report that the host writes
        std::function<void()> started;  // the host has reset or configured the device
    };

    explicit UsbDevice(Callbacks callbacks) : callbacks_(std::move(callbacks)), parser_(*this) {}

    // Bytes of the usbredir protocol from the host; false when the connection has to end.
    [[nodiscard]] bool take(ByteView bytes);
    // And to it.
    Bytes output() { return parser_.output(); }

    // Into the host's port, as soon as it has said hello; the device starts anew.
    void attach(std::uint16_t product_id);
    // Out of it. Reports that were not taken are lost.
    void detach();

    // To the host. They wait for as long as it does not ask for reports, as they do in a device
    // whose node nobody has open; lost when the device is not configured.
    void send(const std::vector<Report>& reports);
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

    // A busy device lets the host wait with its reports.
    void set_busy(bool busy);

private:
    struct Held {
        RequestId id = 0;
        Bytes report;
    };

    void hello() override;
    void reset() override;
    void set_configuration(RequestId id, std::uint8_t value) override;
    void get_configuration(RequestId id) override;
    void set_alternate(RequestId id, std::uint8_t interface, std::uint8_t alternate) override;
    void get_alternate(RequestId id, std::uint8_t interface) override;
    void control(RequestId id, std::uint8_t endpoint, const SetupPacket& setup) override;
    void receive(RequestId id, std::uint8_t endpoint, bool begin) override;
    void output(RequestId id, std::uint8_t endpoint, ByteView data) override;
    void cancel(RequestId id) override;

    void accept_held();
    void flush();
    void forget();

    Callbacks callbacks_;
    RedirParser parser_;
    std::optional<std::uint16_t> product_id_;  // while attached
    std::deque<Report> waiting_;
    std::deque<Held> held_;
    std::uint8_t configuration_ = 0;
    bool greeted_ = false;
    bool receiving_ = false;
    bool busy_ = false;
    bool flooded_ = false;
};

}  // namespace ledger_bridge::emulator
