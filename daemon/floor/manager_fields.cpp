#include "daemon/floor/manager_fields.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

namespace ledger_bridge::floor {

namespace {

constexpr std::uint8_t kMore = 0x80;
constexpr std::uint8_t kDigit = 0x7f;
constexpr unsigned kBitsInByte = 7;
constexpr unsigned kLastShift = 63;
constexpr std::size_t kEd25519Size = 32;
constexpr std::size_t kPointSize = 33;
constexpr std::uint8_t kTz4 = 3;

struct TagName {
    std::uint8_t tag;
    std::string_view name;
};

// Source: Tezos operation encoding (protocols 023 to 025).
constexpr std::array kTagNames{
    TagName{kRevealTag, "a reveal"},
    TagName{0x6c, "a transaction"},
    TagName{0x6d, "an origination"},
    TagName{kDelegationTag, "a delegation"},
    TagName{0x70, "a deposits limit"},
    TagName{0x72, "another consensus key"},
};

std::string key_hash_text(ByteView whole) {
    const auto kind = whole.front();
    if (kind == kTz4) {
        return "a tz4 key";
    }
    if (kind > static_cast<std::uint8_t>(apdu::KeyKind::tz3)) {
        return to_hex(whole);
    }
    apdu::KeyHash key{static_cast<apdu::KeyKind>(kind), {}};
    std::copy(whole.begin() + 1, whole.end(), key.hash.begin());
    return key.text();
}

std::uint64_t read_number(Fields& fields, std::string_view field) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift <= kLastShift; shift += kBitsInByte) {
        const auto byte = fields.u8(field);
        if (shift == kLastShift && byte > 1) {
            fields.refuse(Errc::bad_message, "2^64 or more", "less");
        }
        value |= static_cast<std::uint64_t>(byte & kDigit) << shift;
        if ((byte & kMore) == 0) {
            if (shift > 0 && byte == 0) {
                fields.refuse(Errc::bad_message, "a zero too much", "a shorter number");
            }
            return value;
        }
    }
    return value;
}

}  // namespace

std::string operation_text(std::uint8_t tag) {
    const auto* const row = std::find_if(
        kTagNames.begin(), kTagNames.end(), [tag](auto one) { return one.tag == tag; });
    return row == kTagNames.end() ? fmt::format("0x{:02x}", tag)
                                  : fmt::format("0x{:02x} ({})", tag, row->name);
}

void read_key_hash(Fields& fields, std::string_view field, const apdu::KeyHash& key) {
    const auto whole = fields.bytes(field, 1 + key.hash.size());
    if (!fields.ok()) {
        return;
    }
    if (whole.front() != static_cast<std::uint8_t>(key.kind) ||
        !std::equal(key.hash.begin(), key.hash.end(), whole.begin() + 1)) {
        fields.refuse(Errc::bad_message, key_hash_text(whole), key.text());
    }
}

std::uint64_t read_manager(Fields& fields, const apdu::KeyHash& key) {
    read_key_hash(fields, "source", key);
    const auto fee = read_number(fields, "fee");
    if (fee > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fields.refuse(Errc::bad_message, fmt::format("{}", fee), "less than 2^63");
    }
    for (const auto* number : {"counter", "gas limit", "storage limit"}) {
        read_number(fields, number);
    }
    return fee;
}

void read_revealed_key(Fields& fields, const apdu::KeyHash& key) {
    fields.u8("kind of public key", {static_cast<std::uint8_t>(key.kind)});
    const auto raw =
        fields.bytes("public key", key.kind == apdu::KeyKind::tz1 ? kEd25519Size : kPointSize);
    if (!fields.ok()) {
        return;
    }
    const auto revealed = apdu::public_key_from_raw(key.kind, raw);
    if (!revealed || revealed->hash() != key) {
        fields.refuse(Errc::bad_message, to_hex(raw), "the key of " + key.text());
    }
}

}  // namespace ledger_bridge::floor
