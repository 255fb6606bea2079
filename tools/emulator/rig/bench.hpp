// The device on the bench: what both servers talk to. Adds to the device its faults, its slowness,
// the file its flash is kept in, and a log of what it signs.
#pragma once

#include <optional>

#include "tools/emulator/app/device.hpp"
#include "tools/emulator/rig/faults.hpp"
#include "tools/emulator/rig/latency.hpp"
#include "tools/emulator/rig/nvram_file.hpp"
#include "tools/emulator/rig/sign_log.hpp"

namespace ledger_bridge::emulator {

// One thread.
class Bench {
public:
    // `device` outlives the bench.
    Bench(Device& device,
          Latency latency,
          std::optional<NvramFile> nvram,
          std::optional<SignLog> sign_log = {});

    // One command of the host: what goes over the wire, or nothing for silence.
    std::optional<Delivery> exchange(ByteView command);

    // What an answer of the device becomes on the wire. A signature is in the log before.
    Delivery deliver(const Answer& answer);

    // Flash to file, when it was written to since the last time. Every effect is in the file before
    // the host or the control client hears of it. A failure is printed and does not stop the
    // device.
    void save();

    [[nodiscard]] Device& device() { return device_; }
    [[nodiscard]] Faults& faults() { return faults_; }

private:
    void log(const MadeSignature& made);

    Device& device_;
    Faults faults_;
    Latency latency_;
    std::optional<NvramFile> nvram_;
    std::optional<SignLog> sign_log_;
    std::uint64_t saved_writes_;
};

// The cable and the wire, as the control port pulls at them.
class Cable {
public:
    Cable() = default;
    Cable(const Cable&) = delete;
    Cable& operator=(const Cable&) = delete;
    Cable(Cable&&) = delete;
    Cable& operator=(Cable&&) = delete;
    virtual ~Cable() = default;

    // The connection ends and new ones are refused; answers on their way are lost.
    virtual void unplug() = 0;
    // False when the port was taken by somebody else meanwhile.
    [[nodiscard]] virtual bool plug() = 0;
    [[nodiscard]] virtual bool plugged() const = 0;
    // To the host, or to the next one when none is connected; lost when unplugged.
    virtual void send(Delivery delivery) = 0;
    // The device restarted: answers on their way are lost, and the connection of a host that waits
    // for one ends, because it would wait for ever.
    virtual void device_restarted(bool host_waits) = 0;
    // Another app may be open than before.
    virtual void follow_app() = 0;
};

}  // namespace ledger_bridge::emulator
