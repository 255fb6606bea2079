#include "daemon/usb/open_device.hpp"

#include <utility>

#include "driver/errors.hpp"
#include "driver/tcp_transport.hpp"

namespace ledger_bridge::daemon {

namespace {

// Counts what goes over another transport.
class CountedTransport final : public driver::Transport {
public:
    CountedTransport(std::unique_ptr<driver::Transport> inner, std::function<void()> count)
        : inner_(std::move(inner)), count_(std::move(count)) {}

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override {
        count_();
        return inner_->exchange(apdu, deadline);
    }
    Result<std::size_t> drain(Duration quiet) override { return inner_->drain(quiet); }
    void cancel() override { inner_->cancel(); }

private:
    std::unique_ptr<driver::Transport> inner_;
    std::function<void()> count_;
};

Opener tcp_opener(const driver::DeviceName& name, const Clock& clock) {
    return [name, &clock](const Deadline& deadline) -> Result<OpenedDevice> {
        auto transport = driver::connect_tcp(name.host, name.port, clock, deadline);
        if (!transport) {
            return transport.error();
        }
        return OpenedDevice{std::move(*transport)};
    };
}

}  // namespace

Opener opener_of(const driver::DeviceName& name,
                 const UsbOptions& usb,
                 const Clock& clock,
                 const std::function<void()>& count) {
    const auto open = name.kind == driver::DeviceKind::tcp ? tcp_opener(name, clock)
                                                           : usb_opener(name, usb, clock);
    return [open, count](const Deadline& deadline) {
        auto opened = open(deadline);
        if (opened) {
            opened->transport =
                std::make_unique<CountedTransport>(std::move(opened->transport), count);
        }
        return opened;
    };
}

}  // namespace ledger_bridge::daemon
