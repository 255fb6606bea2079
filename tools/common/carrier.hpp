// The way a command reaches the device: through the running daemon, or straight from the tool.
#pragma once

#include <memory>

#include <nlohmann/json.hpp>

#include "daemon/admin/admin_client.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"
#include "tools/common/options.hpp"

namespace ledger_bridge::tools {

// Carries one command after the other; the command itself is the same (admin/operations.hpp).
class Carrier {
public:
    Carrier() = default;
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;
    Carrier(Carrier&&) = delete;
    Carrier& operator=(Carrier&&) = delete;
    virtual ~Carrier() = default;

    // Blocks until the command is done; while a prompt is open, until the person answers.
    virtual admin::Outcome run(const nlohmann::json& request, const admin::Emit& emit) = 0;
    // What it means that run() was cancelled before a prompt was told: nothing was asked, or the
    // daemon may still ask.
    [[nodiscard]] virtual Error cancelled_early() const = 0;
    // Makes a run() in progress, and every later one, fail. Any thread.
    virtual void cancel() = 0;
};

// What a command does with the device decides what it needs when no daemon runs.
enum class Need {
    survey,  // tells what every device does; one that cannot be opened is an answer, not an error
    facts,   // only reads: a state directory is looked into when there is one
    floor,   // may set marks: without the daemon's state directory it does not start
};

// The daemon's admin socket when one answers there; else the device itself, under the lock of the
// state directory. `clock` must outlive the carrier.
// Errors: daemon_forbidden; those of the configuration, of opening the state directory and the
// device.
Result<std::unique_ptr<Carrier>> open_carrier(const CommonOptions& options,
                                              Need need,
                                              const Clock& clock);

}  // namespace ledger_bridge::tools
