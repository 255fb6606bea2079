#include "tools/common/direct_device.hpp"

namespace ledger_bridge::tools {

namespace {

constexpr std::chrono::seconds kOpenTime{5};
// An app answers at once, except while a question is on its screen.
constexpr std::chrono::seconds kProbeTime{2};
// How long an answer to an earlier host's question may take to arrive.
constexpr std::chrono::milliseconds kQuiet{50};

}  // namespace

daemon::UsbOptions usb_options(const daemon::Config& installation) {
    return {.backend = installation.usb_backend, .locks = driver::lock_places()};
}

Result<daemon::OpenedDevice> open_clean(const daemon::Opener& open, const Clock& clock) {
    auto opened = open(Deadline::after(clock, kOpenTime));
    if (!opened) {
        return opened;
    }
    const auto drained = opened->transport->drain(kQuiet);
    return drained ? std::move(opened) : drained.error();
}

Result<daemon::Identity> identify(apdu::BakingApp& app, const Clock& clock) {
    return daemon::ask_identity(
        app, Deadline::after(clock, kProbeTime), Deadline::after(clock, admin::kAnswerTime));
}

admin::Operator operator_of(apdu::BakingApp& app,
                            const daemon::Identity& identity,
                            const std::string& device,
                            const HostState& state,
                            const Clock& clock) {
    return {.app = app,
            .signed_marks = state.reader(),
            .adopted = state.adopted_reader(),
            .keep_setup = state.setup_keeper(),
            .clock = clock,
            .device = device,
            .name = identity.name,
            .app_info = identity.app};
}

}  // namespace ledger_bridge::tools
