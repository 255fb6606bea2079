#include "apdu/base58.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace ledger_bridge::apdu {

namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksumSize = 4;

using Sha256 = std::array<std::uint8_t, crypto_hash_sha256_BYTES>;

Sha256 sha256(ByteView data) {
    Sha256 hash{};
    crypto_hash_sha256(hash.data(), data.data(), data.size());
    return hash;
}

Bytes checksum(ByteView data) {
    const auto hash = sha256(sha256(data));
    return {hash.begin(), hash.begin() + kChecksumSize};
}

std::size_t leading_zeros(ByteView bytes) {
    const auto first =
        std::find_if(bytes.begin(), bytes.end(), [](auto byte) { return byte != 0; });
    return static_cast<std::size_t>(first - bytes.begin());
}

// Base 256 to base 58; each leading zero byte is one leading '1'.
std::string base58_encode(ByteView bytes) {
    Bytes digits;  // least significant first
    for (const auto byte : bytes) {
        std::uint32_t carry = byte;
        for (auto& digit : digits) {
            carry += std::uint32_t{digit} * 256;
            digit = static_cast<std::uint8_t>(carry % 58);
            carry /= 58;
        }
        for (; carry > 0; carry /= 58) {
            digits.push_back(static_cast<std::uint8_t>(carry % 58));
        }
    }
    std::string text(leading_zeros(bytes), kAlphabet.front());
    std::for_each(
        digits.rbegin(), digits.rend(), [&text](auto digit) { text += kAlphabet[digit]; });
    return text;
}

// number = number * 58 + digit, big-endian in place. False when it does not fit.
bool push_digit(Bytes& number, std::size_t digit) {
    auto carry = static_cast<std::uint32_t>(digit);
    std::for_each(number.rbegin(), number.rend(), [&carry](std::uint8_t& byte) {
        carry += std::uint32_t{byte} * 58;
        byte = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    });
    return carry == 0;
}

// The number in exactly `size` bytes. The size bounds the work, whatever the text.
Result<Bytes> base58_decode(std::string_view text, std::size_t size) {
    Bytes number(size);
    for (const auto letter : text) {
        const auto digit = kAlphabet.find(letter);
        if (digit == std::string_view::npos) {
            return fail(Errc::bad_base58, "a character that Base58 does not have");
        }
        if (!push_digit(number, digit)) {
            return fail(Errc::bad_base58, "too long or of another kind");
        }
    }
    const auto first = std::min(text.find_first_not_of(kAlphabet.front()), text.size());
    if (first != leading_zeros(number)) {
        return fail(Errc::bad_base58, "too short or of another kind");
    }
    return number;
}

}  // namespace

std::string base58check_encode(ByteView prefix, ByteView payload) {
    ByteWriter writer;
    writer.bytes(prefix).bytes(payload);
    writer.bytes(checksum(writer.view()));
    return base58_encode(writer.view());
}

Result<Bytes> base58check_decode(std::string_view text, ByteView prefix, std::size_t payload_size) {
    const auto decoded = base58_decode(text, prefix.size() + payload_size + kChecksumSize);
    if (!decoded) {
        return decoded.error();
    }
    ByteReader reader(*decoded);
    const auto found_prefix = reader.bytes(prefix.size());
    const auto payload = reader.bytes(payload_size);
    if (!std::equal(prefix.begin(), prefix.end(), found_prefix.begin())) {
        return fail(Errc::bad_base58, "of another kind");
    }
    const auto body = ByteView(*decoded).first(prefix.size() + payload_size);
    const auto found_checksum = reader.rest();
    if (!std::ranges::equal(checksum(body), found_checksum)) {
        return fail(Errc::bad_base58, "the check sum is wrong");
    }
    return Bytes(payload.begin(), payload.end());
}

}  // namespace ledger_bridge::apdu
