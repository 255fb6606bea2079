#include "tools/emulator/app/instructions.hpp"

#include <algorithm>
#include <array>

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kLastMarker = 0x80;

constexpr std::array<Instruction, 15> kInstructions{{
    {Ins::version, "VERSION", Parameters::none},
    {Ins::authorize_baking, "AUTHORIZE_BAKING", Parameters::curve},
    {Ins::get_public_key, "GET_PUBLIC_KEY", Parameters::curve},
    {Ins::prompt_public_key, "PROMPT_PUBLIC_KEY", Parameters::curve},
    {Ins::sign, "SIGN", Parameters::sign},
    {Ins::reset, "RESET", Parameters::data},
    {Ins::query_auth_key, "QUERY_AUTH_KEY", Parameters::none},
    {Ins::query_main_hwm, "QUERY_MAIN_HWM", Parameters::none},
    {Ins::git, "GIT", Parameters::none},
    {Ins::setup, "SETUP", Parameters::curve},
    {Ins::query_all_hwm, "QUERY_ALL_HWM", Parameters::none},
    {Ins::deauthorize, "DEAUTHORIZE", Parameters::none},
    {Ins::query_auth_key_with_curve, "QUERY_AUTH_KEY_WITH_CURVE", Parameters::none},
    {Ins::hmac, "HMAC", Parameters::curve},
    {Ins::sign_with_hash, "SIGN_WITH_HASH", Parameters::sign},
}};

template <class Matches>
const Instruction* find_if(Matches matches) {
    const auto* const found = std::find_if(kInstructions.begin(), kInstructions.end(), matches);
    return found == kInstructions.end() ? nullptr : found;
}

}  // namespace

const Instruction* find_instruction(std::uint8_t number) {
    return find_if(
        [number](const auto& row) { return static_cast<std::uint8_t>(row.ins) == number; });
}

const Instruction* find_instruction(std::string_view name) {
    return find_if([name](const auto& row) { return row.name == name; });
}

bool is_path_packet(std::uint8_t p1) {
    return (p1 & ~kLastMarker) == 0;
}

}  // namespace ledger_bridge::emulator
