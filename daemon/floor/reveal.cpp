#include "daemon/floor/reveal.hpp"

#include <algorithm>

#include "daemon/floor/fields.hpp"

namespace ledger_bridge::floor {

namespace {

constexpr std::uint8_t kReveal = 0x6b;
constexpr std::uint8_t kMore = 0x80;
constexpr int kMostNumberBytes = 10;  // 64 bits, 7 at a time
constexpr std::size_t kEd25519Size = 32;
constexpr std::size_t kPointSize = 33;
constexpr std::uint8_t kNoProof = 0x00;

void read_source(Fields& fields, const apdu::KeyHash& key) {
    fields.u8("kind of source", {static_cast<std::uint8_t>(key.kind)});
    const auto hash = fields.bytes("source", key.hash.size());
    if (fields.ok() && !std::equal(hash.begin(), hash.end(), key.hash.begin())) {
        fields.refuse(Errc::bad_message, to_hex(hash), to_hex(key.hash));
    }
}

void skip_number(Fields& fields, std::string_view field) {
    for (int read = 0; fields.ok(); ++read) {
        const auto byte = fields.u8(field);
        if ((byte & kMore) == 0) {
            return;
        }
        if (read + 1 == kMostNumberBytes) {
            return fields.refuse(Errc::bad_message, "more than 10 bytes", "at most 10");
        }
    }
}

void read_public_key(Fields& fields, const apdu::KeyHash& key) {
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

}  // namespace

Result<apdu::Digest> parse_reveal(ByteView message, const apdu::KeyHash& key) {
    Fields fields(message);
    fields.u8("magic byte", {kOperationMagic});
    fields.skip("branch", 32);
    fields.u8("operation", {kReveal});
    read_source(fields, key);
    for (const auto* number : {"fee", "counter", "gas limit", "storage limit"}) {
        skip_number(fields, number);
    }
    read_public_key(fields, key);
    if (!fields.at_end()) {
        fields.u8("end of the operation, or no proof", {kNoProof});
    }
    fields.rest("end of the operation", 0, 0);
    return fields.ok() ? Result<apdu::Digest>(apdu::blake2b_256(message)) : *fields.error();
}

}  // namespace ledger_bridge::floor
