#include "daemon/open_device.hpp"

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

}  // namespace

Opener opener_of(const driver::DeviceName& name,
                 const Clock& clock,
                 const std::function<void()>& count) {
    return [name, &clock, count](
               const Deadline& deadline) -> Result<std::unique_ptr<driver::Transport>> {
        if (name.kind != driver::DeviceKind::tcp) {
            return fail(driver::Errc::no_device,
                        name.text() + ": this version speaks to tcp://host:port only");
        }
        auto transport = driver::connect_tcp(name.host, name.port, clock, deadline);
        if (!transport) {
            return transport.error();
        }
        return std::unique_ptr<driver::Transport>(
            std::make_unique<CountedTransport>(std::move(*transport), count));
    };
}

}  // namespace ledger_bridge::daemon
