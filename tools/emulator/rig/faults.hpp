// Misbehaviour on request: the next answers come late, never, short, wrong, or not at all.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/bytes.hpp"
#include "driver/base/clock.hpp"
#include "tools/emulator/app/device.hpp"

namespace ledger_bridge::emulator {

enum class FaultKind { delay, drop, cut, corrupt, disconnect };

std::optional<FaultKind> fault_kind_from_name(std::string_view name);

struct Fault {
    FaultKind kind = FaultKind::delay;
    std::uint32_t count = 1;
    std::chrono::milliseconds delay{0};
    // An instruction's name, or empty for every answer. "SIGN" stands for both instructions that
    // sign; packets that only carry a path are never meant.
    std::string instruction;
};

// What the wire does with one answer.
struct Delivery {
    enum class End {
        send,             // all bytes, then on
        nothing,          // silence
        close,            // the connection ends, nothing is sent
        send_then_close,  // the bytes are a torn answer
    };

    End end = End::send;
    Bytes frame;  // as on the TCP wire
    Duration delay{0};
};

// The TCP wire's form of an answer: length of the data (4, big-endian), data, status word.
Bytes to_frame(ByteView answer);

class Faults {
public:
    void add(const Fault& fault) { waiting_.push_back(fault); }

    // Uses up one count of the first fault that means this answer.
    Delivery apply(const Answer& answer);

private:
    std::optional<Fault> take(std::string_view command);

    std::deque<Fault> waiting_;
};

}  // namespace ledger_bridge::emulator
