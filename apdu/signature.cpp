#include "apdu/signature.hpp"

#include <algorithm>
#include <optional>

#include <secp256k1.h>

#include "apdu/base58.hpp"

namespace ledger_bridge::apdu {

namespace {

struct PrefixRow {
    std::string_view name;  // how the text begins
    std::array<std::uint8_t, 5> bytes;
    std::size_t size;  // of the prefix

    [[nodiscard]] ByteView prefix() const { return ByteView(bytes).first(size); }
};

// Indexed by KeyKind. Source: Octez, lib_crypto base58 prefixes.
constexpr std::array<PrefixRow, 4> kPrefixes{{
    {"edsig", {0x09, 0xf5, 0xcd, 0x86, 0x12}, 5},
    {"spsig1", {0x0d, 0x73, 0x65, 0x13, 0x3f}, 5},
    {"p2sig", {0x36, 0xf0, 0x2c, 0x34}, 4},
    {"sig", {0x04, 0x82, 0x2b}, 3},
}};

constexpr std::size_t kScalarSize = 32;

Signature to_signature(ByteView raw) {
    Signature signature;
    std::copy(raw.begin(), raw.end(), signature.raw.begin());
    return signature;
}

// 02 length value: a positive number of at most 256 bits, right-aligned in 32 bytes.
// The app may give it without leading zeros, or with the one that keeps DER numbers positive.
std::optional<Bytes> read_der_integer(ByteReader& reader) {
    const auto tag = reader.u8();
    auto value = reader.bytes(reader.u8());
    if (!reader.ok() || tag != 0x02 || value.empty()) {
        return std::nullopt;
    }
    if (value.size() == kScalarSize + 1 && value[0] == 0) {
        value = value.subspan(1);
    }
    const bool zero = std::all_of(value.begin(), value.end(), [](auto byte) { return byte == 0; });
    if (value.size() > kScalarSize || zero) {
        return std::nullopt;
    }
    Bytes scalar(kScalarSize - value.size(), 0);
    scalar.insert(scalar.end(), value.begin(), value.end());
    return scalar;
}

// r, s in 64 bytes.
std::optional<Bytes> read_der(ByteView data) {
    ByteReader reader(data);
    const auto tag = reader.u8() & 0xfeU;  // bit 0 carries the parity of R.y
    const std::size_t size = reader.u8();
    if (tag != 0x30 || size != reader.remaining()) {
        return std::nullopt;
    }
    auto r = read_der_integer(reader);
    const auto s = read_der_integer(reader);
    if (!r || !s || !reader.complete()) {
        return std::nullopt;
    }
    r->insert(r->end(), s->begin(), s->end());
    return r;
}

std::optional<Bytes> with_low_s(ByteView raw) {
    secp256k1_ecdsa_signature signature{};
    if (secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &signature, raw.data()) !=
        1) {
        return std::nullopt;
    }
    secp256k1_ecdsa_signature_normalize(secp256k1_context_static, &signature, &signature);
    Bytes low(raw.size());
    secp256k1_ecdsa_signature_serialize_compact(secp256k1_context_static, low.data(), &signature);
    return low;
}

}  // namespace

std::string signature_text(KeyKind kind, const Signature& signature) {
    return base58check_encode(kPrefixes[static_cast<std::size_t>(kind)].prefix(), signature.raw);
}

Result<Signature> parse_signature(std::string_view text) {
    for (const auto& row : kPrefixes) {
        if (!text.starts_with(row.name)) {
            continue;
        }
        const auto raw = base58check_decode(text, row.prefix(), RawSignature{}.size());
        if (!raw) {
            return raw.error();
        }
        return to_signature(*raw);
    }
    return fail(Errc::bad_signature, "'" + std::string(text.substr(0, 100)) + "'");
}

Result<Signature> signature_from_device(Curve curve, ByteView data) {
    if (key_kind(curve) == KeyKind::tz1) {
        if (data.size() != RawSignature{}.size()) {
            return fail(Errc::bad_signature, std::to_string(data.size()) + " bytes");
        }
        return to_signature(data);
    }
    auto raw = read_der(data);
    if (!raw) {
        return fail(Errc::bad_signature, "malformed DER");
    }
    if (curve == Curve::secp256k1) {
        raw = with_low_s(*raw);
    }
    if (!raw) {
        return fail(Errc::bad_signature, "r or s is no number of this curve");
    }
    return to_signature(*raw);
}

}  // namespace ledger_bridge::apdu
