// Endpoint 0: what the device answers to the requests of enumeration.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

// USB 2.0, 9.3.
struct SetupPacket {
    std::uint8_t request_type = 0;
    std::uint8_t request = 0;
    std::uint16_t value = 0;
    std::uint16_t index = 0;
    std::uint16_t length = 0;
};

// The data of an IN request, at most `length` bytes of it; empty for an OUT request that is done.
// Nothing: the endpoint stalls, which is how USB says no. Configuration and alternate setting are
// not among them, because usbredir has packets of its own for these.
std::optional<Bytes> answer_setup(const SetupPacket& setup, std::uint16_t product_id);

}  // namespace ledger_bridge::emulator
