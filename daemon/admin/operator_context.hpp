// What an operator's command works with: one open device and the floor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apdu/baking_app.hpp"
#include "daemon/floor/store_thread.hpp"
#include "daemon/floor/watermark_store.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::admin {

// Every mark that was signed, durable ones; fails when that cannot be known.
using ReadMarks = std::function<Result<std::vector<floor::StoredMark>>()>;

// Every level that counts as used because a device said so.
using ReadAdopted = std::function<Result<std::vector<floor::AdoptedLevel>>()>;
// Takes over, durably, that a person confirmed these marks at the device, who knew of `foreseen`.
// Error: commit_conflict when more counts as used by now.
using KeepSetup = std::function<Result<void>(const floor::DeviceReading&,
                                             const std::vector<floor::AdoptedLevel>& foreseen)>;

// Whether another signer goes on from here, so that nothing is signed.
using HandedOver = std::function<Result<bool>()>;
// Right before the device is sent an operation: takes over, durably, what it forgets when it signs
// that. Error: handed_over.
using KeepForgotten = std::function<Result<void>(const floor::DeviceReading&)>;

// What a device says of itself when it answers questions again.
struct Standing {
    std::optional<apdu::AuthorizedKey> authorized;
    apdu::DeviceMarks marks;
};

// Judges what became of a prompt; uses nothing that ends with the command.
using Conclude = std::function<Result<void>(const Standing&)>;
// The answer to a prompt was lost: waits while the question is on the screen, then gives what
// `conclude` says. Fails with the device's state when it does not come back by itself; then
// `conclude` is called later, when it does.
using Settle = std::function<Result<void>(const Conclude& conclude)>;

// The marks of a running store; fails while the store is not ok, since then a mark may be missing.
// `store` must outlive it.
ReadMarks marks_of(const floor::StoreThread& store);
ReadAdopted adopted_of(const floor::StoreThread& store);
KeepSetup setup_keeper(floor::StoreThread& store);
HandedOver handed_over_of(const floor::StoreThread& store);
KeepForgotten forgotten_keeper(floor::StoreThread& store);

// Receives events while a command runs, on the thread that runs it.
using Emit = std::function<void(const nlohmann::json&)>;

// The device is open and identified; one thread owns it.
struct Operator {
    apdu::BakingApp& app;
    ReadMarks signed_marks;
    ReadAdopted adopted;
    KeepSetup keep_setup;
    HandedOver handed_over;
    KeepForgotten keep_forgotten;
    const Clock& clock;
    std::string device;  // as configured: "tcp://127.0.0.1:9999"
    std::string name;    // the four words of its seed
    apdu::AppInfo app_info;
    std::string signer_url = "http://127.0.0.1:6732";  // where a baker reaches the daemon
    Settle settle = {};  // without it the answer to a prompt is waited for without end
};

// How long a question is waited for that no person has to answer.
inline constexpr Duration kAnswerTime = std::chrono::seconds{10};

}  // namespace ledger_bridge::admin
