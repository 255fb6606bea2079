// What one device is doing, as an immutable picture that every thread may read.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "apdu/instructions.hpp"
#include "apdu/keys.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// absent → opening → identifying → { wrong_app, locked, unauthorised, prompting } → ready ⇄ busy
//                                                                          → lost → absent
enum class SessionState {
    absent,        // no device answers at its address
    opening,       // connecting
    identifying,   // asking for app, key and marks
    wrong_app,     // another app or the dashboard is open
    locked,        // waiting for the PIN
    unauthorised,  // the app has no key authorised for baking
    prompting,     // a question is on the screen: the app drops everything else
    ready,         // a signature would be given now
    busy,          // signing
    lost,          // the connection ended; absent when it stays so for the grace period
};

std::string_view state_name(SessionState state);

// What identification found; the key and its path are there when one is authorised.
struct DeviceFacts {
    std::string name;  // the seed's animal name
    apdu::AppInfo app;
    std::optional<apdu::AuthorizedKey> authorized;
    std::optional<apdu::PublicKey> key;
    apdu::DeviceMarks marks;
};

struct SessionSnapshot {
    std::string device;  // as configured: "tcp://127.0.0.1:9999"
    SessionState state = SessionState::absent;
    TimePoint since;
    std::optional<Error> problem;      // why not ready, for people
    std::optional<DeviceFacts> facts;  // of the last identification, kept while absent

    // A signature would be given now, at once or after the one in progress.
    [[nodiscard]] bool serves() const;
    // Waiting can help: the state changes without a person, within `grace` when lost.
    [[nodiscard]] bool ends_by_itself(TimePoint now, Duration grace) const;
    // The answer to a request that cannot wait.
    [[nodiscard]] Error refusal() const;
};

// The state that an error puts a session into; nothing when the error says nothing about it.
std::optional<SessionState> state_after(const Error& error);

// The error that a state stands for when nothing more exact is known.
Error state_error(SessionState state);

using SnapshotPointer = std::shared_ptr<const SessionSnapshot>;

// One writer, any number of readers.
class SnapshotBox {
public:
    explicit SnapshotBox(SessionSnapshot first);

    [[nodiscard]] SnapshotPointer get() const;
    void set(SessionSnapshot snapshot);

private:
    mutable std::mutex mutex_;
    SnapshotPointer current_;
};

}  // namespace ledger_bridge::daemon
