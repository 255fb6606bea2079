#include "tools/common/direct_carrier.hpp"

#include <utility>

#include "apdu/animal_names.hpp"
#include "apdu/baking_app.hpp"
#include "daemon/admin/errors.hpp"
#include "daemon/admin/operations.hpp"
#include "daemon/admin/status_report.hpp"
#include "driver/device_name.hpp"
#include "driver/tcp_transport.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/host_state.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

constexpr std::chrono::seconds kConnectTime{5};
constexpr std::chrono::seconds kIdentifyTime{5};
// How long an answer to an earlier host's question may take to arrive.
constexpr std::chrono::milliseconds kQuiet{50};
constexpr std::string_view kBakingApp = "Tezos Baking";

struct Identity {
    std::string name;
    apdu::AppInfo app;
};

Result<Identity> identify(apdu::BakingApp& app, const Clock& clock) {
    const auto info = app.app_info(Deadline::after(clock, kIdentifyTime));
    if (!info) {
        return info.error();
    }
    if (info->name != kBakingApp) {
        return fail(admin::Errc::wrong_app, "open is " + info->name);
    }
    const auto root = app.public_key(
        apdu::Curve::ed25519, apdu::DerivationPath::root(), Deadline::after(clock, kIdentifyTime));
    if (!root) {
        return root.error();
    }
    return Identity{apdu::animal_name(*root), *info};
}

// The states that a person at the device ends; a connection that fails is no state to report.
std::string state_of(const Error& error) {
    const auto id = error.id();
    if (id == "device_locked") {
        return "locked";
    }
    return id == "wrong_app" ? "wrong_app" : "";
}

bool only_tells(const json& request) {
    const auto command = request.value("command", std::string{});
    return command == "list" || command == "status";
}

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
            return unusable(request, identity.error());
        }
        admin::Operator context{.app = app_,
                                .signed_marks = state_.reader(),
                                .adopted = state_.adopted_reader(),
                                .keep_setup = state_.setup_keeper(),
                                .clock = clock_,
                                .device = device_,
                                .name = identity->name,
                                .app_info = identity->app};
        auto result = admin::run_operation(request, context, emit);
        return result ? admin::Outcome(std::move(*result)) : admin::failure_of(result.error());
    }

    [[nodiscard]] Error cancelled_early() const override { return fail(admin::Errc::interrupted); }

    void cancel() override { transport_->cancel(); }

private:
    [[nodiscard]] admin::Outcome unusable(const json& request, const Error& error) const {
        const auto state = state_of(error);
        if (state.empty() || !only_tells(request)) {
            return admin::failure_of(error);
        }
        admin::DeviceStatus status;
        status.device = device_;
        status.state = state;
        status.reason = error.text();
        const auto marks = state_.reader()();
        return admin::status_json({status}, marks ? "ok" : marks.error().text());
    }

    std::string device_;
    HostState state_;
    std::unique_ptr<driver::Transport> transport_;
    apdu::BakingApp app_;
    const Clock& clock_;
};

Result<driver::DeviceName> device_of(const CommonOptions& options) {
    auto name = driver::parse_device_name(options.device.value_or("usb"));
    if (name && name->kind != driver::DeviceKind::tcp) {
        return fail(Errc::usb_not_supported, name->text());
    }
    return name;
}

}  // namespace

Result<std::unique_ptr<Carrier>> open_device(const CommonOptions& options,
                                             Need need,
                                             const Clock& clock) {
    const auto name = device_of(options);
    if (!name) {
        return name.error();
    }
    auto state = HostState::open(options.state_dir, need);
    if (!state) {
        return state.error();
    }
    auto transport =
        driver::connect_tcp(name->host, name->port, clock, Deadline::after(clock, kConnectTime));
    if (!transport) {
        return transport.error();
    }
    const auto drained = (*transport)->drain(kQuiet);
    if (!drained) {
        return drained.error();
    }
    return std::unique_ptr<Carrier>(std::make_unique<DirectCarrier>(
        name->text(), std::move(*state), std::move(*transport), clock));
}

}  // namespace ledger_bridge::tools
