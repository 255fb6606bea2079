// One command of the host, taken apart, and the status words of the answers.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

enum class Status : std::uint16_t {
    ok = 0x9000,
    refused_by_user = 0x6985,
    locked = 0x5515,
    wrong_values = 0x6a80,
    security = 0x6982,
    parse_error = 0x9405,
    wrong_length_for_instruction = 0x917e,
    wrong_parameter = 0x6b00,
    wrong_length = 0x6c00,
    reference_not_found = 0x6a88,
    unknown_app = 0x6807,
    unknown_instruction = 0x6d00,
    unknown_class = 0x6e00,
    crypto_failure = 0x9001,
};

// CLA INS P1 P2 [Lc data]; a view of the bytes it was parsed from.
struct Apdu {
    std::uint8_t cla = 0;
    std::uint8_t ins = 0;
    std::uint8_t p1 = 0;
    std::uint8_t p2 = 0;
    ByteView data;
};

// Nothing when there are fewer than four bytes or Lc is not the number of bytes that follow it:
// what the device answers with 6c00. Any Lc is accepted; the app refuses those above 235 itself.
std::optional<Apdu> parse_apdu(ByteView bytes);

// `data` and the two bytes of `status`.
Bytes answer(Status status, ByteView data = {});

}  // namespace ledger_bridge::emulator
