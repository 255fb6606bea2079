// The app's instructions: numbers, names, and what their parameters must look like.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ledger_bridge::emulator {

enum class Ins : std::uint8_t {
    version = 0x00,
    authorize_baking = 0x01,
    get_public_key = 0x02,
    prompt_public_key = 0x03,
    sign = 0x04,
    reset = 0x06,
    query_auth_key = 0x07,
    query_main_hwm = 0x08,
    git = 0x09,
    setup = 0x0a,
    query_all_hwm = 0x0b,
    deauthorize = 0x0c,
    query_auth_key_with_curve = 0x0d,
    hmac = 0x0e,
    sign_with_hash = 0x0f,
};

enum class Parameters {
    none,   // P1 and P2 0, no data
    data,   // P1 and P2 0
    curve,  // P1 0, P2 a curve
    sign,   // by the packet
};

struct Instruction {
    Ins ins;
    std::string_view name;
    Parameters parameters;
};

// Null for a number the app does not know.
const Instruction* find_instruction(std::uint8_t number);
const Instruction* find_instruction(std::string_view name);

// Whether P1 of SIGN or SIGN_WITH_HASH announces a path, not a message.
bool is_path_packet(std::uint8_t p1);

}  // namespace ledger_bridge::emulator
