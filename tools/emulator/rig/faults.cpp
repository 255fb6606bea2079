#include "tools/emulator/rig/faults.hpp"

#include <algorithm>
#include <array>

namespace ledger_bridge::emulator {

namespace {

constexpr std::size_t kStatusSize = 2;
constexpr std::uint8_t kFlippedBit = 0x10;
constexpr std::array<std::string_view, 5> kNames{"delay", "drop", "cut", "corrupt", "disconnect"};

bool means(const Fault& fault, std::string_view command) {
    return fault.instruction.empty() || fault.instruction == command ||
           (fault.instruction == "SIGN" && command == "SIGN_WITH_HASH");
}

// Half of the data with its status word, well framed; an answer without data is torn instead: the
// frame stops after the first byte of the status word.
Delivery cut(ByteView answer) {
    const auto data = answer.first(answer.size() - kStatusSize);
    if (data.empty()) {
        auto frame = to_frame(answer);
        frame.pop_back();
        return {Delivery::End::send_then_close, std::move(frame), {}};
    }
    const auto half =
        ByteWriter().bytes(data.first(data.size() / 2)).bytes(answer.last(kStatusSize));
    return {Delivery::End::send, to_frame(half.view()), {}};
}

// One bit in the middle of the data, or of the status word when there is no data.
Delivery corrupt(ByteView answer) {
    Bytes wrong(answer.begin(), answer.end());
    const auto data_size = wrong.size() - kStatusSize;
    wrong[data_size / 2] ^= kFlippedBit;
    return {Delivery::End::send, to_frame(wrong), {}};
}

Delivery with_fault(const Fault& fault, ByteView answer) {
    switch (fault.kind) {
        case FaultKind::delay:
            return {Delivery::End::send, to_frame(answer), fault.delay};
        case FaultKind::drop:
            return {Delivery::End::nothing, {}, {}};
        case FaultKind::cut:
            return cut(answer);
        case FaultKind::corrupt:
            return corrupt(answer);
        case FaultKind::disconnect:
            break;
    }
    return {Delivery::End::close, {}, {}};
}

}  // namespace

std::optional<FaultKind> fault_kind_from_name(std::string_view name) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    return found == kNames.end() ? std::nullopt
                                 : std::optional(static_cast<FaultKind>(found - kNames.begin()));
}

Bytes to_frame(ByteView answer) {
    const auto data_size = static_cast<std::uint32_t>(answer.size() - kStatusSize);
    return ByteWriter().u32(data_size).bytes(answer).take();
}

std::optional<Fault> Faults::take(std::string_view command) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [command](const auto& fault) {
        return means(fault, command);
    });
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
    const auto fault = take(answer.command);
    return fault ? with_fault(*fault, answer.bytes)
                 : Delivery{Delivery::End::send, to_frame(answer.bytes), {}};
}

}  // namespace ledger_bridge::emulator
