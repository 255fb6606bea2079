// The seam between an app's language and the wire: one APDU out, one answer back.
#pragma once

#include <cstddef>

#include "driver/base/bytes.hpp"
#include "driver/base/clock.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::driver {

// The longest message that the wires carry: USB frames give the length in 16 bits.
inline constexpr std::size_t kMaxMessageSize = 65535;

// One open connection to one device. All members but cancel() belong to one thread at a time.
//
// After any error but that of a bad argument the transport is dead: what the device did, and whose
// answer comes next, is unknown. Every later call fails with disconnected; open a new one.
class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    Transport(Transport&&) = delete;
    Transport& operator=(Transport&&) = delete;
    virtual ~Transport() = default;

    // Sends one APDU of 1 to kMaxMessageSize bytes and waits for its answer: data, then the
    // 2-byte status word. Whatever the status word says is a success here.
    //
    // Errors: disconnected; timed_out at the deadline, which covers sending and receiving;
    // bad_frame for an answer that is malformed or that nobody asked for, and for an APDU of
    // impossible size (the one error that leaves the transport alive); system.
    virtual Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) = 0;

    // Reads and throws away the answers to an earlier host that begin to arrive within `quiet`.
    // Returns how many were dropped. Call it after opening, before the first exchange: a prompt
    // that another host left open is answered to whoever reads next.
    virtual Result<std::size_t> drain(Duration quiet) = 0;

    // Ends a wait in progress, in any thread, and makes it and all later calls fail with
    // disconnected. The only thread-safe member; never blocks; may be called more than once.
    virtual void cancel() = 0;
};

}  // namespace ledger_bridge::driver
