// A host that is connected to the device, on whichever wire.
#pragma once

#include <functional>

#include "driver/base/bytes.hpp"
#include "tools/emulator/rig/faults.hpp"

namespace ledger_bridge::emulator {

class Host {
public:
    struct Callbacks {
        std::function<void(Bytes command)> received;
        std::function<void()> gone;  // once, unless close() was called
    };

    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    Host(Host&&) = delete;
    Host& operator=(Host&&) = delete;
    virtual ~Host() = default;

    // Asks for the next command; calls while one is awaited already change nothing.
    virtual void read() = 0;
    // An answer that is due now. May end the connection.
    virtual void deliver(const Delivery& delivery) = 0;
    // Another app is open. True when the host sees the device go and come back for that: then the
    // commands that it sent before are lost.
    [[nodiscard]] virtual bool follow_app() = 0;
    // The device restarted. False when the connection has to end for that.
    [[nodiscard]] virtual bool restarts_with_device(bool answer_lost) = 0;
    // True when answers that come after its end are for the next host; else they are lost with it.
    [[nodiscard]] virtual bool leaves_answers() const = 0;
    // At once; no callback is called any more.
    virtual void close() = 0;
};

}  // namespace ledger_bridge::emulator
