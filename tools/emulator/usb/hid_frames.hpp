// The device's end of the USB HID framing: commands out of 64-byte reports, reports out of answers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

// offset  size  first report                    later reports
//      0     2  channel, big-endian             the same
//      2     1  tag, 05 = APDU                  the same
//      3     2  sequence, big-endian, 0         1, 2, 3 ...
//      5     2  length of the message, BE       payload, 59 bytes
//      7    57  payload, 57 bytes
// The last report is padded with zeros.
inline constexpr std::size_t kReportSize = 64;
using Report = std::array<std::uint8_t, kReportSize>;

// The reports of one answer of at most 65,535 bytes, at least one.
std::vector<Report> to_reports(std::uint16_t channel, ByteView answer);

// Puts commands together as the device does, which is less strict than a host should be: a report
// out of sequence is ignored and what was taken before it stays. A first report that comes while
// report n is awaited is such a one, so report n of a later command is appended to the earlier
// one. The channel is not checked either. Source: ledger-secure-sdk, protocol/src/
// ledger_protocol.c, process_apdu_chunk.
class CommandAssembler {
public:
    // Takes one report. The command when it is complete, else nothing. Reports with another tag and
    // commands longer than 260 bytes are ignored.
    std::optional<Bytes> add(ByteView report);

    // Of the last report that was taken or ignored: the answer goes there.
    [[nodiscard]] std::uint16_t channel() const { return channel_; }
    // Reports taken of a command that is not complete, and its bytes so far.
    [[nodiscard]] std::size_t reports() const { return next_sequence_; }
    [[nodiscard]] const Bytes& begun() const { return command_; }

private:
    [[nodiscard]] bool begin(ByteReader& reader);

    std::uint16_t channel_ = 0;
    std::uint16_t next_sequence_ = 0;
    std::size_t size_ = 0;
    Bytes command_;
};

}  // namespace ledger_bridge::emulator
