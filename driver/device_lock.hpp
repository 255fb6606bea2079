// One advisory lock for each USB device, shared by the daemon and every tool.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "driver/errors.hpp"
#include "driver/file_descriptor.hpp"

namespace ledger_bridge::driver {

// What decides where the locks are; tests fill it in by hand.
struct LockPlaces {
    // Made by the package, for root and the service's group: 2770.
    std::filesystem::path system = "/run/lock/ledger-bridge";
    std::optional<std::string> xdg_runtime_dir = std::nullopt;  // $XDG_RUNTIME_DIR
    bool root = false;
};

// The places of this process. Reads the environment: call it before any thread is started.
LockPlaces lock_places();

// The directory of the locks, made if need be: the system's where it exists or root asks, else the
// user's. A system directory that this user may not write is an error and not a reason for a
// private one: a private lock would keep nobody out.
// Errors: permission_denied, system (no place, or a directory that somebody else owns).
Result<std::filesystem::path> lock_directory(const LockPlaces& places);

// Held for as long as it lives; goes with the process, however that ends.
class DeviceLock {
public:
    // Never waits. `bus_path` names the device for both backends: "1-1.2".
    // Errors: device_busy (names the process that holds it), permission_denied, system.
    static Result<DeviceLock> take(const std::filesystem::path& directory,
                                   const std::string& bus_path);

private:
    explicit DeviceLock(FileDescriptor file) : file_(std::move(file)) {}

    FileDescriptor file_;
};

// Whether this process itself holds the lock that take() found busy.
bool is_held_here(const Error& busy);

}  // namespace ledger_bridge::driver
