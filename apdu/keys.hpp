// Public keys and addresses: from the device, from text, and what they verify.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "apdu/curve.hpp"
#include "apdu/digest.hpp"
#include "apdu/errors.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

struct Signature;

// The numbers are the tags of Tezos' binary encoding.
enum class KeyKind : std::uint8_t {
    tz1 = 0,  // ed25519
    tz2 = 1,  // secp256k1
    tz3 = 2,  // P-256
};

KeyKind key_kind(Curve curve);

// An address: BLAKE2b-160 of a public key.
struct KeyHash {
    KeyKind kind = KeyKind::tz1;
    Hash160 hash{};

    auto operator<=>(const KeyHash&) const = default;

    // "tz1...", "tz2...", "tz3...".
    [[nodiscard]] std::string text() const;
};

// Errors: bad_key; for a well-known kind that a Ledger cannot bake with (tz4, tz5) the detail
// names it; bad_base58 when the text is damaged.
Result<KeyHash> parse_key_hash(std::string_view text);

// A point that was checked to lie on its curve.
class PublicKey {
public:
    [[nodiscard]] KeyKind kind() const { return kind_; }
    // 32 bytes for tz1; 33 bytes, compressed (02 or 03, then X), for tz2 and tz3.
    [[nodiscard]] const Bytes& raw() const { return raw_; }
    // "edpk...", "sppk...", "p2pk...".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] KeyHash hash() const;

    bool operator==(const PublicKey&) const = default;

private:
    friend Result<PublicKey> public_key_from_raw(KeyKind kind, ByteView raw);

    PublicKey(KeyKind kind, Bytes raw) : kind_(kind), raw_(std::move(raw)) {}

    KeyKind kind_;
    Bytes raw_;
};

// The form of PublicKey::raw(). Errors: bad_key (wrong length, no point of the curve).
Result<PublicKey> public_key_from_raw(KeyKind kind, ByteView raw);

// "edpk...", "sppk...", "p2pk...". Errors: bad_key (also BLpk, by name), bad_base58.
Result<PublicKey> parse_public_key(std::string_view text);

// The key of an answer, without its length byte:
//   ed25519, bip25519   02, then 32 bytes
//   secp256k1, P-256    04, X (32), Y (32)
// Errors: bad_key.
Result<PublicKey> public_key_from_device(Curve curve, ByteView after_length_byte);

// Whether `signature` is one that Tezos accepts for this digest: for secp256k1 that means low s.
// Any thread.
bool verify(const PublicKey& key, const Digest& digest, const Signature& signature);

}  // namespace ledger_bridge::apdu
