// One APDU each way: the envelope around every instruction.
#pragma once

#include <cstdint>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// offset 0: cla (1), ins (1), p1 (1), p2 (1), length of the data (1), data
struct Command {
    std::uint8_t cla = 0x80;
    std::uint8_t ins = 0;
    std::uint8_t p1 = 0;
    std::uint8_t p2 = 0;
    Bytes data{};
};

// Errors: message_too_long when the data does not fit the one length byte (255).
Result<Bytes> encode(const Command& command);

struct Answer {
    Bytes data;
    StatusWord status = StatusWord::ok;
};

// Data, then the status word (2, big-endian). Errors: malformed_answer below 2 bytes.
Result<Answer> decode_answer(ByteView message);

}  // namespace ledger_bridge::apdu
