#include "daemon/session_state.hpp"

#include <array>
#include <utility>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::array<std::string_view, 10> kStateNames = {"absent",
                                                          "opening",
                                                          "identifying",
                                                          "wrong_app",
                                                          "locked",
                                                          "unauthorised",
                                                          "prompting",
                                                          "ready",
                                                          "busy",
                                                          "lost"};

}  // namespace

std::string_view state_name(SessionState state) {
    return kStateNames.at(static_cast<std::size_t>(state));
}

bool SessionSnapshot::serves() const {
    return state == SessionState::ready || state == SessionState::busy;
}

bool SessionSnapshot::ends_by_itself(TimePoint now, Duration grace) const {
    switch (state) {
        case SessionState::opening:
        case SessionState::identifying:
        case SessionState::ready:
        case SessionState::busy:
            return true;
        case SessionState::lost:
            return now - since < grace;
        default:
            return false;
    }
}

Error SessionSnapshot::refusal() const {
    return problem ? *problem : state_error(state);
}

std::optional<SessionState> state_after(const Error& error) {
    using apdu::StatusWord;
    if (error.code == make_error_code(StatusWord::locked)) {
        return SessionState::locked;
    }
    if (error.code == make_error_code(StatusWord::unknown_class) ||
        error.code == make_error_code(StatusWord::unknown_instruction) ||
        error.code == make_error_code(apdu::Errc::wrong_app)) {
        return SessionState::wrong_app;
    }
    if (error.code == make_error_code(StatusWord::unauthorised)) {
        return SessionState::unauthorised;
    }
    // An answer of the wrong shape belongs to another question: only a new connection helps.
    if (error.code.category() == make_error_code(driver::Errc::timed_out).category() ||
        error.code == make_error_code(apdu::Errc::malformed_answer)) {
        return SessionState::lost;
    }
    return std::nullopt;
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
