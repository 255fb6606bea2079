#include "tools/emulator/keys/base58.hpp"

#include <algorithm>
#include <string_view>

#include "tools/emulator/keys/digest.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// Base 58 digits of a big-endian number, lowest first.
Bytes digits_of(ByteView number) {
    Bytes digits;
    for (const auto byte : number) {
        unsigned carry = byte;
        for (auto& digit : digits) {
            carry += 256U * digit;
            digit = static_cast<std::uint8_t>(carry % 58U);
            carry /= 58U;
        }
        for (; carry != 0; carry /= 58U) {
            digits.push_back(static_cast<std::uint8_t>(carry % 58U));
        }
    }
    return digits;
}

}  // namespace

std::string base58check(ByteView data) {
    const auto check = sha256(sha256(data));
    const auto whole = ByteWriter().bytes(data).bytes(ByteView(check).first(4)).take();
    const auto first =
        std::find_if(whole.begin(), whole.end(), [](auto byte) { return byte != 0; });
    std::string text(static_cast<std::size_t>(first - whole.begin()), kAlphabet.front());
    const auto digits = digits_of(whole);
    std::transform(digits.rbegin(), digits.rend(), std::back_inserter(text), [](auto digit) {
        return kAlphabet[digit];
    });
    return text;
}

}  // namespace ledger_bridge::emulator
