// Every device of this daemon, and which of them holds a key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/device_thread.hpp"

namespace ledger_bridge::daemon {

// A key that is served here.
struct HeldKey {
    apdu::PublicKey key;
    apdu::ChainId chain;  // the main chain of its device
    DeviceThread* device =
        nullptr;  // null: known from an earlier connection, its device is not here
};

// Main thread alone.
class Devices {
public:
    Devices(std::vector<std::unique_ptr<DeviceThread>> threads, floor::StoreThread& store);

    void start();
    // Refuses what waits and ends every thread.
    void stop();

    // Errors: unknown_key; no_device_yet while no device was ever identified.
    [[nodiscard]] Result<HeldKey> find(const apdu::KeyHash& key) const;
    // Keys of connected devices first, then remembered ones.
    [[nodiscard]] std::vector<HeldKey> keys() const;
    // The device with this configured or animal name; the only one for "usb" or "".
    [[nodiscard]] Result<DeviceThread*> by_name(const std::string& name) const;

    [[nodiscard]] const std::vector<std::unique_ptr<DeviceThread>>& threads() const {
        return threads_;
    }

private:
    // A device that may come to hold a remembered key: not identified yet, or without a key.
    [[nodiscard]] DeviceThread* without_key() const;
    [[nodiscard]] DeviceThread* unidentified() const;

    std::vector<std::unique_ptr<DeviceThread>> threads_;
    floor::StoreThread& store_;
};

}  // namespace ledger_bridge::daemon
