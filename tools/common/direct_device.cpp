#include "tools/common/direct_device.hpp"

#include "apdu/errors.hpp"

namespace ledger_bridge::tools {

namespace {

constexpr std::chrono::seconds kOpenTime{5};
// An app answers at once, except while a question is on its screen.
constexpr std::chrono::seconds kProbeTime{2};
// How long an answer to an earlier host's question may take to arrive.
constexpr std::chrono::milliseconds kQuiet{50};

// An answer to an earlier host's question could have their shape.
Result<apdu::DeviceMarks> agreed_marks(apdu::BakingApp& app, const Deadline& deadline) {
    const auto first = app.marks(deadline);
    auto second = first ? app.marks(deadline) : first;
    if (second && *second != *first) {
        return fail(apdu::Errc::malformed_answer, "two readings of the watermarks differ");
    }
    return second;
}

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

Result<void> reopen_clean(LastingTransport& wire,
                          const daemon::Opener& open,
                          const Deadline& until) {
    const auto reopened = wire.reopen(open, until.at_most(kOpenTime));
    if (!reopened) {
        return reopened;
    }
    const auto drained = wire.drain(kQuiet);
    return drained ? Result<void>() : drained.error();
}

Result<daemon::Identity> identify(apdu::BakingApp& app, const Clock& clock) {
    return daemon::ask_identity(
        app, Deadline::after(clock, kProbeTime), Deadline::after(clock, admin::kAnswerTime));
}

Result<admin::Standing> standing_of(apdu::BakingApp& app, const Deadline& deadline) {
    auto authorized = app.authorized_key(deadline);
    if (!authorized) {
        return authorized.error();
    }
    const auto marks = agreed_marks(app, deadline);
    return marks ? Result<admin::Standing>(admin::Standing{*std::move(authorized), *marks})
                 : marks.error();
}

std::string build_of(apdu::BakingApp& app, const Clock& clock) {
    const auto git = daemon::GitQuestion().ask(app, Deadline::after(clock, kProbeTime));
    return git ? *git : std::string{};
}

Result<void> adopt_marks(apdu::BakingApp& app,
                         const daemon::Identity& identity,
                         const HostState& state,
                         const Clock& clock) {
    const auto deadline = Deadline::after(clock, admin::kAnswerTime);
    const auto authorized = app.authorized_key(deadline);
    if (!authorized || !*authorized) {
        return authorized ? Result<void>() : authorized.error();
    }
    const auto key = app.public_key((*authorized)->curve, (*authorized)->path, deadline);
    if (!key) {
        return key.error();
    }
    const auto marks = agreed_marks(app, deadline);
    if (!marks) {
        return marks.error();
    }
    return state.adopt({identity.name, key->hash(), *marks, clock.wall()});
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
            .handed_over = state.handed_over_reader(),
            .keep_forgotten = state.forgotten_keeper(),
            .clock = clock,
            .device = device,
            .name = identity.name,
            .app_info = identity.app};
}

}  // namespace ledger_bridge::tools
