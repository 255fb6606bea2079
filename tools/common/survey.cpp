#include "tools/common/survey.hpp"

#include <atomic>
#include <utility>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/operations.hpp"
#include "daemon/errors.hpp"
#include "tools/common/direct_device.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::DeviceStatus;
using driver::DeviceKind;
using driver::DeviceName;
using nlohmann::json;

DeviceName port_name(const driver::UsbDevice& device) {
    DeviceName name;
    name.kind = DeviceKind::usb_path;
    name.path = device.bus_path;
    return name;
}

// Reads facts into `status`, or fails with what stands in the way.
Result<DeviceStatus> ask(const Surveyed& one,
                         std::optional<driver::UsbDevice>& usb,
                         const HostState& state,
                         const Clock& clock) {
    auto opened = open_clean(one.open, clock);
    if (!opened) {
        return opened.error();
    }
    usb = opened->usb;
    apdu::BakingApp app(*opened->transport);
    const auto identity = identify(app, clock);
    if (!identity) {
        return identity.error();
    }
    auto context = operator_of(app, *identity, one.device, state, clock);
    auto status = admin::report_device(context);
    status.git = build_of(app, clock);
    return status;
}

// The device's own words mean nothing to a person when its app does not work.
Error told(daemon::SessionState state, const Error& error) {
    const bool crashed = state == daemon::SessionState::app_crashed;
    return crashed ? fail(daemon::Errc::app_crashed, error.detail) : error;
}

DeviceStatus status_of(const Surveyed& one, const HostState& state, const Clock& clock) {
    auto usb = one.usb;
    auto asked = ask(one, usb, state, clock);
    DeviceStatus status = asked ? std::move(*asked) : DeviceStatus{};
    if (!asked) {
        status.by_tool = true;
        status.device = one.device;
        status.state = daemon::state_after_opening(asked.error());
        status.reason = told(status.state, asked.error()).text();
    }
    status.usb = usb;
    return status;
}

class SurveyCarrier final : public Carrier {
public:
    SurveyCarrier(std::vector<Surveyed> devices, HostState state, const Clock& clock)
        : devices_(std::move(devices)), state_(std::move(state)), clock_(clock) {}

    admin::Outcome run(const json& /*request*/, const admin::Emit& /*emit*/) override {
        return cancelled_ ? admin::failure_of(cancelled_early())
                          : admin::Outcome(survey(devices_, state_, clock_));
    }

    [[nodiscard]] Error cancelled_early() const override { return fail(admin::Errc::interrupted); }

    void cancel() override { cancelled_ = true; }

private:
    std::vector<Surveyed> devices_;
    HostState state_;
    const Clock& clock_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace

std::vector<Surveyed> devices_to_survey(const daemon::Config& installation,
                                        bool named,
                                        const std::vector<driver::UsbDevice>& found,
                                        const daemon::UsbOptions& usb,
                                        const Clock& clock) {
    std::vector<Surveyed> devices;
    const auto add = [&](const DeviceName& name, const std::optional<driver::UsbDevice>& where) {
        devices.push_back({name.text(), where, daemon::opener_of(name, usb, clock, [] {})});
    };
    if (!named) {
        for (const auto& device : found) {
            add(port_name(device), device);
        }
    }
    const bool ports_say_it = !devices.empty();
    for (const auto& name : installation.devices) {
        if (!ports_say_it || name.kind == DeviceKind::tcp) {
            add(name, std::nullopt);
        }
    }
    return devices;
}

json survey(const std::vector<Surveyed>& devices, const HostState& state, const Clock& clock) {
    std::vector<DeviceStatus> rows;
    for (const auto& device : devices) {
        rows.push_back(status_of(device, state, clock));
    }
    const auto marks = state.reader()();
    return admin::status_json(rows, marks ? "ok" : marks.error().text());
}

Result<std::unique_ptr<Carrier>> open_survey(const daemon::Config& installation,
                                             bool named,
                                             const Clock& clock) {
    auto state = HostState::open(installation.state_dir, Need::survey);
    if (!state) {
        return state.error();
    }
    const auto usb = usb_options(installation);
    auto devices = devices_to_survey(installation, named, driver::enumerate(usb.tree), usb, clock);
    return std::unique_ptr<Carrier>(
        std::make_unique<SurveyCarrier>(std::move(devices), std::move(*state), clock));
}

}  // namespace ledger_bridge::tools
