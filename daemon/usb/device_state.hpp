// What a device is doing, by the names that scripts see, and which error means which.
#pragma once

#include <optional>
#include <string_view>

#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// absent → opening → identifying → { wrong_app, locked, unauthorised, prompting } → ready ⇄ busy
//                                                                          → lost → absent
// The others stand beside absent: a device is there, but it cannot be opened or does not work.
enum class SessionState {
    absent,             // no device answers at its address
    opening,            // connecting
    identifying,        // asking for app, key and marks
    wrong_app,          // another app or the dashboard is open
    locked,             // waiting for the PIN
    unauthorised,       // the app has no key authorised for baking
    prompting,          // a question is on the screen: the app drops everything else
    ready,              // a signature would be given now
    busy,               // signing
    lost,               // the connection ended; absent when it stays so for the grace period
    permission_denied,  // this user may not open its node
    device_busy,        // another program has it: the lock, or the interface through libusb
    several_devices,    // more than one fits the configured name
    no_hid_driver,      // the kernel's HID driver is not on it
    bootloader,         // no app can be opened: bootloader or recovery
    unknown_product,    // a model that is not in the table, and no app answers
    app_crashed,        // the open app answers what no app should
};
inline constexpr int kSessionStates = 17;

std::string_view state_name(SessionState state);

// The state that a failed exchange puts a device into; nothing when the error says nothing about
// it.
std::optional<SessionState> state_after(const Error& error);

// The state of a device that could not be opened, or not be asked for its name.
SessionState state_after_opening(const Error& error);

}  // namespace ledger_bridge::daemon
