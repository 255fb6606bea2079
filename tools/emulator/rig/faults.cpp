#include "tools/emulator/rig/faults.hpp"

#include <algorithm>
#include <array>

namespace ledger_bridge::emulator {

namespace {

constexpr std::size_t kWordSize = 2;
constexpr std::uint8_t kFlippedBit = 0x10;
constexpr std::array<std::string_view, 6> kFaultNames{
    "delay", "drop", "cut", "corrupt", "disconnect", "between-reports"};

bool means(const Fault& fault, std::string_view command) {
    return fault.instruction.empty() || fault.instruction == command ||
           (fault.instruction == "SIGN" && command == "SIGN_WITH_HASH");
}

// One bit in the middle of the data, or of the status word when there is no data.
Bytes corrupt(Bytes answer) {
    const auto data_size = answer.size() - kWordSize;
    answer[data_size / 2] ^= kFlippedBit;
    return answer;
}

Delivery with_fault(const Fault& fault, const Bytes& answer) {
    switch (fault.kind) {
        case FaultKind::delay:
            return {Delivery::End::send, answer, fault.delay};
        case FaultKind::drop:
            return {Delivery::End::nothing, {}, {}};
        case FaultKind::cut:
            return {Delivery::End::cut, answer, {}};
        case FaultKind::corrupt:
            return {Delivery::End::send, corrupt(answer), {}};
        case FaultKind::disconnect:
        case FaultKind::between_reports:
            break;
    }
    return {Delivery::End::close, {}, {}};
}

}  // namespace

std::optional<FaultKind> fault_kind_from_name(std::string_view name) {
    const auto* const found = std::find(kFaultNames.begin(), kFaultNames.end(), name);
    return found == kFaultNames.end()
               ? std::nullopt
               : std::optional(static_cast<FaultKind>(found - kFaultNames.begin()));
}

template <class Meant>
std::optional<Fault> Faults::take(Meant meant) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), meant);
    if (found == waiting_.end()) {
        return std::nullopt;
    }
    const auto fault = *found;
    if (--found->count == 0) {
        waiting_.erase(found);
    }
    return fault;
}

Delivery Faults::apply(const Answer& answer) {
    const auto fault = take([&answer](const Fault& waiting) {
        return waiting.kind != FaultKind::between_reports && means(waiting, answer.command);
    });
    return fault ? with_fault(*fault, answer.bytes)
                 : Delivery{Delivery::End::send, answer.bytes, {}};
}

bool Faults::breaks_off(std::string_view command, std::size_t reports) {
    return take([command, reports](const Fault& waiting) {
               return waiting.kind == FaultKind::between_reports && waiting.reports == reports &&
                      means(waiting, command);
           })
        .has_value();
}

}  // namespace ledger_bridge::emulator
