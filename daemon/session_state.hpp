// What one device is doing, as an immutable picture that every thread may read.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "apdu/instructions.hpp"
#include "apdu/keys.hpp"
#include "daemon/usb/device_state.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"
#include "driver/enumerate.hpp"

namespace ledger_bridge::daemon {

// What identification found; the key and its path are there when one is authorised.
struct DeviceFacts {
    std::string name;  // the seed's animal name
    apdu::AppInfo app;
    std::string git = {};  // the app's build, for people; empty when it does not tell
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
    std::optional<driver::UsbDevice> usb = std::nullopt;  // where it was opened last
    std::optional<Error> warning = std::nullopt;          // what disturbs it, serving or not
    std::string alarm = {};  // its marks moved by themselves, the last time; or nothing

    // A signature would be given now, at once or after the one in progress.
    [[nodiscard]] bool serves() const;
    // Waiting can help: the state changes without a person, within `grace` when lost. Not while it
    // is known what stands in the way of an identification.
    [[nodiscard]] bool ends_by_itself(TimePoint now, Duration grace) const;
    // The same state for the same reason. Details count where a person needs them to do something
    // else; every failed try to reach a device that is gone has details of its own.
    [[nodiscard]] bool tells_the_same_as(const SessionSnapshot& other) const;
    // The answer to a request that cannot wait.
    [[nodiscard]] Error refusal() const;
};

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
