#include "tools/common/direct_carrier.hpp"

#include <utility>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/operations.hpp"
#include "tools/common/direct_device.hpp"
#include "tools/common/installation.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

class DirectCarrier final : public Carrier {
public:
    DirectCarrier(std::string device,
                  HostState state,
                  std::unique_ptr<driver::Transport> transport,
                  const Clock& clock)
        : device_(std::move(device)),
          state_(std::move(state)),
          transport_(std::move(transport)),
          app_(*transport_),
          clock_(clock) {}

    admin::Outcome run(const json& request, const admin::Emit& emit) override {
        const auto identity = identify(app_, clock_);
        if (!identity) {
            return admin::failure_of(identity.error());
        }
        if (const auto adopted = adopt_marks(app_, *identity, state_, clock_); !adopted) {
            return admin::failure_of(adopted.error());
        }
        auto context = operator_of(app_, *identity, device_, state_, clock_);
        auto result = admin::run_operation(request, context, emit);
        return result ? admin::Outcome(std::move(*result)) : admin::failure_of(result.error());
    }

    [[nodiscard]] Error cancelled_early() const override { return fail(admin::Errc::interrupted); }

    void cancel() override { transport_->cancel(); }

private:
    std::string device_;
    HostState state_;
    std::unique_ptr<driver::Transport> transport_;
    apdu::BakingApp app_;
    const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<Carrier>> open_device(const daemon::Config& installation,
                                             Need need,
                                             const Clock& clock) {
    const auto name = only_device(installation);
    if (!name) {
        return name.error();
    }
    auto state = HostState::open(installation.state_dir, need);
    if (!state) {
        return state.error();
    }
    const auto opener = daemon::opener_of(*name, usb_options(installation), clock, [] {});
    auto opened = open_clean(opener, clock);
    if (!opened) {
        return opened.error();
    }
    return std::unique_ptr<Carrier>(std::make_unique<DirectCarrier>(
        name->text(), std::move(*state), std::move(opened->transport), clock));
}

}  // namespace ledger_bridge::tools
