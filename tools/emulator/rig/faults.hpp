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

enum class FaultKind { delay, drop, cut, corrupt, disconnect, between_reports };

std::optional<FaultKind> fault_kind_from_name(std::string_view name);

struct Fault {
    FaultKind kind = FaultKind::delay;
    std::uint32_t count = 1;
    std::chrono::milliseconds delay{0};
    // An instruction's name, or empty for every answer. "SIGN" stands for both instructions that
    // sign; packets that only carry a path are never meant.
    std::string instruction;
    // between_reports: the connection ends when this many reports of a longer command have come.
    std::uint32_t reports = 1;
};

// What a wire does with one answer.
struct Delivery {
    enum class End {
        send,
        nothing,  // silence
        close,    // the connection ends, nothing is sent
        cut,      // a part is sent; which, and whether the connection ends, is the wire's matter
    };

    End end = End::send;
    Bytes answer;  // data and status word
    Duration delay{0};
};

class Faults {
public:
    void add(const Fault& fault) { waiting_.push_back(fault); }

    // Uses up one count of the first fault that means this answer.
    Delivery apply(const Answer& answer);

    // Of `command`, by its name, `reports` have come and more are to come. True when the connection
    // ends here; uses up one count of the fault that says so.
    bool breaks_off(std::string_view command, std::size_t reports);

private:
    template <class Meant>
    std::optional<Fault> take(Meant meant);

    std::deque<Fault> waiting_;
};

}  // namespace ledger_bridge::emulator
