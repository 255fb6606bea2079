#include "tools/common/direct_carrier.hpp"

#include <utility>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/operations.hpp"
#include "tools/common/direct_device.hpp"
#include "tools/common/installation.hpp"
#include "tools/common/settling.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

class DirectCarrier final : public Carrier {
public:
    DirectCarrier(std::string device,
                  HostState state,
                  daemon::Opener opener,
                  std::unique_ptr<driver::Transport> transport,
                  const Clock& clock)
        : device_(std::move(device)),
          state_(std::move(state)),
          opener_(std::move(opener)),
          wire_(std::move(transport)),
          app_(wire_),
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
        context.settle = settle_by_search(search(identity->name, emit));
        auto result = admin::run_operation(request, context, emit);
        return result ? admin::Outcome(std::move(*result)) : admin::failure_of(result.error());
    }

    [[nodiscard]] Error cancelled_early() const override { return fail(admin::Errc::interrupted); }

    void cancel() override { wire_.cancel(); }

private:
    Search search(const std::string& name, const admin::Emit& emit) {
        return {.wire = wire_,
                .open = opener_,
                .name = name,
                .clock = clock_,
                .adopt = [this](apdu::BakingApp& app, const daemon::Identity& identity)
                    -> Result<void> { return adopt_marks(app, identity, state_, clock_); },
                .begun =
                    [emit] {
                        emit({{"event", "looking"}, {"seconds", kReturnTime.count()}});
                    },
                .pause = [this](Duration time) { wire_.pause(time); }};
    }

    std::string device_;
    HostState state_;
    daemon::Opener opener_;
    LastingTransport wire_;
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
        name->text(), std::move(*state), opener, std::move(opened->transport), clock));
}

}  // namespace ledger_bridge::tools
