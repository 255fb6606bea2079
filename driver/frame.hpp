// The USB HID framing of APDUs: 64-byte reports out of a message, and a message out of reports.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "driver/base/bytes.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::driver {

// offset  size  first report                    later reports
//      0     2  channel, big-endian             the same
//      2     1  tag, 05 = APDU                  the same
//      3     2  sequence, big-endian, 0         1, 2, 3 ...
//      5     2  length of the message, BE       payload, 59 bytes
//      7    57  payload, 57 bytes
// The last report is padded with zeros. Source: Ledger device SDK, ledger_protocol.c.
inline constexpr std::size_t kReportSize = 64;
using Report = std::array<std::uint8_t, kReportSize>;

// Chosen by the host, echoed by the device; tells apart hosts that share one device.
enum class Channel : std::uint16_t {};

// The reports of one message of 0 to 65,535 bytes, in order; at least one. A longer message does
// not fit the format and gives none.
std::vector<Report> encode(Channel channel, ByteView message);

// Reassembles the answer to one APDU. One assembler for each exchange.
class Assembler {
public:
    explicit Assembler(Channel channel) : channel_(channel) {}

    // Takes the next report as it was read, without a report id.
    //
    // Returns nothing while incomplete, then the message, status word included. A report of a
    // foreign channel is skipped: it belongs to another host.
    // Errors: bad_frame for a report that is not 64 bytes, a wrong tag, a sequence number that is
    // repeated or skipped, a length below 2 (an answer has a status word), a report after the
    // last one. After an error every call fails: what follows cannot be trusted.
    Result<std::optional<Bytes>> add(ByteView report);

private:
    Result<std::optional<Bytes>> accept(ByteView report);
    Result<std::optional<Bytes>> append(ByteReader& reader);

    Channel channel_;
    std::uint32_t next_sequence_ = 0;
    std::size_t size_ = 0;
    Bytes message_;
    bool complete_ = false;
    bool failed_ = false;
};

}  // namespace ledger_bridge::driver
