// Any bytes as a sequence of reports, and any bytes as a message there and back.

#include <algorithm>

#include "driver/frame.hpp"
#include "driver/transport.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::driver {
namespace {

constexpr Channel kChannel{0x0101};

// Input of 64-byte pieces, the last one short.
void assemble(ByteView input) {
    Assembler assembler(kChannel);
    bool ended = false;
    while (!input.empty()) {
        const auto report = input.first(std::min(input.size(), kReportSize));
        input = input.subspan(report.size());
        const auto result = assembler.add(report);
        if (!result) {
            require(result.error().code == Errc::bad_frame, "every error is bad_frame");
            ended = true;
            continue;
        }
        require(!ended || !*result, "no message after an error or a message");
        if (*result) {
            require((*result)->size() >= 2, "a message has a status word");
            require((*result)->size() <= kMaxMessageSize, "a message fits its length");
            ended = true;
        }
    }
}

void round_trip(ByteView message) {
    const auto reports = encode(kChannel, message);
    if (message.size() > kMaxMessageSize) {
        require(reports.empty(), "nothing for what does not fit");
        return;
    }
    Assembler assembler(kChannel);
    std::optional<Bytes> assembled;
    for (const auto& report : reports) {
        const auto result = assembler.add(report);
        require(result.has_value() == (message.size() >= 2), "only answers are assembled");
        assembled = result ? *result : std::nullopt;
    }
    require(message.size() < 2 || (assembled && std::ranges::equal(*assembled, message)),
            "a message comes back as it was");
}

}  // namespace
}  // namespace ledger_bridge::driver

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ledger_bridge::driver::assemble({data, size});
    ledger_bridge::driver::round_trip({data, size});
    return 0;
}
