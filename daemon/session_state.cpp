#include "daemon/session_state.hpp"

#include <utility>

#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// Which app, which node, which program, which devices.
bool needs_details(SessionState state) {
    switch (state) {
        case SessionState::wrong_app:
        case SessionState::permission_denied:
        case SessionState::device_busy:
        case SessionState::several_devices:
        case SessionState::bootloader:
        case SessionState::unknown_product:
            return true;
        default:
            return false;
    }
}

}  // namespace

bool SessionSnapshot::serves() const {
    return state == SessionState::ready || state == SessionState::busy;
}

bool SessionSnapshot::ends_by_itself(TimePoint now, Duration grace) const {
    switch (state) {
        case SessionState::identifying:
            return !problem;
        case SessionState::opening:
        case SessionState::ready:
        case SessionState::busy:
            return true;
        case SessionState::lost:
            return now - since < grace;
        default:
            return false;
    }
}

bool SessionSnapshot::tells_the_same_as(const SessionSnapshot& other) const {
    const auto ours = refusal();
    const auto theirs = other.refusal();
    return state == other.state && ours.code == theirs.code &&
           (!needs_details(state) || ours.detail == theirs.detail);
}

Error SessionSnapshot::refusal() const {
    return problem ? *problem : state_error(state);
}

Error state_error(SessionState state) {
    switch (state) {
        case SessionState::absent:
            return fail(Errc::device_absent);
        case SessionState::opening:
            return fail(Errc::opening);
        case SessionState::identifying:
            return fail(Errc::identifying);
        case SessionState::wrong_app:
            return fail(Errc::wrong_app);
        case SessionState::locked:
            return fail(apdu::StatusWord::locked);
        case SessionState::unauthorised:
            return fail(Errc::unauthorised);
        case SessionState::prompting:
            return fail(Errc::prompting);
        case SessionState::permission_denied:
            return fail(driver::Errc::permission_denied);
        case SessionState::device_busy:
            return fail(driver::Errc::device_busy);
        case SessionState::several_devices:
            return fail(driver::Errc::several_devices);
        case SessionState::no_hid_driver:
            return fail(driver::Errc::no_hid_driver);
        case SessionState::bootloader:
            return fail(driver::Errc::bootloader);
        case SessionState::unknown_product:
            return fail(driver::Errc::unknown_product);
        case SessionState::app_crashed:
            return fail(Errc::app_crashed);
        default:
            return fail(Errc::session_lost);
    }
}

SnapshotBox::SnapshotBox(SessionSnapshot first)
    : current_(std::make_shared<const SessionSnapshot>(std::move(first))) {}

SnapshotPointer SnapshotBox::get() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

void SnapshotBox::set(SessionSnapshot snapshot) {
    auto next = std::make_shared<const SessionSnapshot>(std::move(snapshot));
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
}

}  // namespace ledger_bridge::daemon
