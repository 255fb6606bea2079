#include "apdu/keys.hpp"

#include <algorithm>
#include <optional>

#include "apdu/base58.hpp"
#include "apdu/curve_points.hpp"

namespace ledger_bridge::apdu {

namespace {

// Source of all prefixes: Octez, lib_crypto base58 prefixes.
struct KindRow {
    KeyKind kind;
    std::string_view hash_name;  // how the text of an address begins
    std::array<std::uint8_t, 3> hash_prefix;
    std::string_view key_name;  // how the text of a public key begins
    std::array<std::uint8_t, 4> key_prefix;
    std::size_t key_size;
};

constexpr std::array<KindRow, 3> kKinds{{
    {KeyKind::tz1, "tz1", {0x06, 0xa1, 0x9f}, "edpk", {0x0d, 0x0f, 0x25, 0xd9}, 32},
    {KeyKind::tz2, "tz2", {0x06, 0xa1, 0xa1}, "sppk", {0x03, 0xfe, 0xe2, 0x56}, 33},
    {KeyKind::tz3, "tz3", {0x06, 0xa1, 0xa4}, "p2pk", {0x03, 0xb2, 0x8b, 0x7f}, 33},
}};

const KindRow& row_of(KeyKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

// Kinds that exist in Tezos and that no Ledger can bake with, by how their texts begin.
struct UnusableKind {
    std::string_view begin;
    std::string_view reason;
};

constexpr std::array<UnusableKind, 4> kUnusableKinds{{
    {"tz4", "a tz4 (BLS) address: a Ledger cannot bake with it"},
    {"BLpk", "the key of a tz4 (BLS) address: a Ledger cannot bake with it"},
    {"tz5", "a tz5 (ML-DSA) address: a Ledger cannot bake with it"},
    {"KT1", "the address of a contract"},
}};

Error unusable(std::string_view text) {
    for (const auto& kind : kUnusableKinds) {
        if (text.starts_with(kind.begin)) {
            return fail(Errc::bad_key, std::string(kind.reason));
        }
    }
    return fail(Errc::bad_key, "'" + std::string(text.substr(0, 60)) + "'");
}

std::optional<Bytes> checked_point(KeyKind kind, ByteView raw) {
    switch (kind) {
        case KeyKind::tz1:
            return is_ed25519_point(raw) ? std::optional(Bytes(raw.begin(), raw.end()))
                                         : std::nullopt;
        case KeyKind::tz2:
            return compressed_secp256k1_point(raw);
        case KeyKind::tz3:
            return compressed_p256_point(raw);
    }
    return std::nullopt;
}

}  // namespace

KeyKind key_kind(Curve curve) {
    switch (curve) {
        case Curve::secp256k1:
            return KeyKind::tz2;
        case Curve::p256:
            return KeyKind::tz3;
        case Curve::ed25519:
        case Curve::bip25519:
            break;
    }
    return KeyKind::tz1;
}

std::string KeyHash::text() const {
    return base58check_encode(row_of(kind).hash_prefix, hash);
}

Result<KeyHash> parse_key_hash(std::string_view text) {
    for (const auto& row : kKinds) {
        if (!text.starts_with(row.hash_name)) {
            continue;
        }
        KeyHash key{row.kind, {}};
        const auto payload = base58check_decode(text, row.hash_prefix, key.hash.size());
        if (!payload) {
            return payload.error();
        }
        std::copy(payload->begin(), payload->end(), key.hash.begin());
        return key;
    }
    return unusable(text);
}

std::string PublicKey::text() const {
    return base58check_encode(row_of(kind_).key_prefix, raw_);
}

KeyHash PublicKey::hash() const {
    return {kind_, blake2b_160(raw_)};
}

Result<PublicKey> public_key_from_raw(KeyKind kind, ByteView raw) {
    if (raw.size() != row_of(kind).key_size) {
        return fail(Errc::bad_key, std::to_string(raw.size()) + " bytes");
    }
    auto point = checked_point(kind, raw);
    if (!point) {
        return fail(Errc::bad_key, "no point of its curve");
    }
    return PublicKey(kind, std::move(*point));
}

Result<PublicKey> parse_public_key(std::string_view text) {
    for (const auto& row : kKinds) {
        if (!text.starts_with(row.key_name)) {
            continue;
        }
        const auto raw = base58check_decode(text, row.key_prefix, row.key_size);
        if (!raw) {
            return raw.error();
        }
        return public_key_from_raw(row.kind, *raw);
    }
    return unusable(text);
}

Result<PublicKey> public_key_from_device(Curve curve, ByteView after_length_byte) {
    const auto kind = key_kind(curve);
    if (kind == KeyKind::tz1) {
        // The device puts a constant 02 in front of an ed25519 key.
        const bool marked = !after_length_byte.empty() && after_length_byte[0] == 0x02;
        return marked ? public_key_from_raw(kind, after_length_byte.subspan(1))
                      : Result<PublicKey>(fail(Errc::bad_key, "no 02 in front"));
    }
    if (after_length_byte.size() != 65) {
        return fail(Errc::bad_key, std::to_string(after_length_byte.size()) + " bytes");
    }
    const auto compressed = checked_point(kind, after_length_byte);
    if (!compressed) {
        return fail(Errc::bad_key, "no point of its curve");
    }
    return public_key_from_raw(kind, *compressed);
}

}  // namespace ledger_bridge::apdu
