#include "daemon/usb/device_state.hpp"

#include <algorithm>
#include <array>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::array<std::string_view, kSessionStates> kStateNames = {"absent",
                                                                      "opening",
                                                                      "identifying",
                                                                      "wrong_app",
                                                                      "locked",
                                                                      "unauthorised",
                                                                      "prompting",
                                                                      "ready",
                                                                      "busy",
                                                                      "lost",
                                                                      "permission_denied",
                                                                      "device_busy",
                                                                      "several_devices",
                                                                      "no_hid_driver",
                                                                      "bootloader",
                                                                      "unknown_product",
                                                                      "app_crashed"};

struct OpeningRow {
    driver::Errc code;
    SessionState state;
};

constexpr std::array kOpeningRows{
    OpeningRow{driver::Errc::permission_denied, SessionState::permission_denied},
    OpeningRow{driver::Errc::device_busy, SessionState::device_busy},
    OpeningRow{driver::Errc::several_devices, SessionState::several_devices},
    OpeningRow{driver::Errc::no_hid_driver, SessionState::no_hid_driver},
    OpeningRow{driver::Errc::bootloader, SessionState::bootloader},
    OpeningRow{driver::Errc::unknown_product, SessionState::unknown_product},
};

bool is_of_the_driver(const Error& error) {
    return error.code.category() == make_error_code(driver::Errc::timed_out).category();
}

}  // namespace

std::string_view state_name(SessionState state) {
    return kStateNames.at(static_cast<std::size_t>(state));
}

std::optional<SessionState> state_after(const Error& error) {
    using apdu::StatusWord;
    if (error.code == make_error_code(StatusWord::locked)) {
        return SessionState::locked;
    }
    if (error.code == make_error_code(StatusWord::unknown_class) ||
        error.code == make_error_code(StatusWord::unknown_instruction) ||
        error.code == make_error_code(apdu::Errc::wrong_app) ||
        error.code == make_error_code(apdu::Errc::no_app_open)) {
        return SessionState::wrong_app;
    }
    if (error.code == make_error_code(StatusWord::unauthorised)) {
        return SessionState::unauthorised;
    }
    // An answer of the wrong shape belongs to another question: only a new connection helps.
    if (is_of_the_driver(error) || error.code == make_error_code(apdu::Errc::malformed_answer)) {
        return SessionState::lost;
    }
    return std::nullopt;
}

SessionState state_after_opening(const Error& error) {
    const auto* const row =
        std::find_if(kOpeningRows.begin(), kOpeningRows.end(), [&error](const OpeningRow& one) {
            return make_error_code(one.code) == error.code;
        });
    if (row != kOpeningRows.end()) {
        return row->state;
    }
    if (error.code == make_error_code(Errc::prompting)) {
        return SessionState::prompting;
    }
    if (is_of_the_driver(error)) {
        return SessionState::absent;
    }
    const auto state = state_after(error);
    return state && *state != SessionState::lost ? *state : SessionState::app_crashed;
}

}  // namespace ledger_bridge::daemon
