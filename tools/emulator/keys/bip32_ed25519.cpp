// BIP32-Ed25519, the variant of Ledger's operating system.
#include <algorithm>

#include <sodium.h>

#include "tools/emulator/keys/derivation.hpp"
#include "tools/emulator/keys/path.hpp"

namespace ledger_bridge::emulator {

namespace {

// Left and right halves of an extended secret, little-endian numbers.
struct Extended {
    SecretKey left;
    SecretKey right;
    Digest chain_code;
};

constexpr std::size_t kLeftBytes = 28;

Bytes little_endian(std::uint32_t value) {
    Bytes bytes;
    for (int shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
    }
    return bytes;
}

template <std::size_t Offset>
SecretKey half(const Hash512& hash) {
    SecretKey bytes{};
    std::copy_n(hash.begin() + Offset, bytes.size(), bytes.begin());
    return bytes;
}

Extended master(ByteView seed) {
    const auto key = as_bytes("ed25519 seed");
    auto hash = hmac_sha512(key, seed);
    while ((hash[31] & 0x20U) != 0) {
        hash = hmac_sha512(key, hash);
    }
    hash[0] &= 0xf8U;
    hash[31] = static_cast<std::uint8_t>((hash[31] & 0x7fU) | 0x40U);
    return {half<0>(hash), half<32>(hash), hmac_sha256(key, ByteWriter().u8(1).bytes(seed).take())};
}

// What the children's hashes are fed with, after the byte that tells the two hashes apart.
Bytes child_material(const Extended& parent, std::uint32_t index) {
    ByteWriter material;
    if ((index & kHardened) != 0) {
        material.bytes(parent.left).bytes(parent.right);
    } else {
        SecretKey point{};
        // Fails only for a multiple of the group's order, which no derived number is.
        [[maybe_unused]] const auto made =
            crypto_scalarmult_ed25519_base_noclamp(point.data(), parent.left.data());
        material.bytes(point);
    }
    return material.bytes(little_endian(index)).take();
}

// sum += factor * addend, little-endian, modulo 2^256.
void add_times(SecretKey& sum, ByteView addend, unsigned factor) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        carry += sum[i] + (i < addend.size() ? factor * addend[i] : 0U);
        sum[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
}

Extended child(const Extended& parent, std::uint32_t index) {
    const auto hardened = (index & kHardened) != 0;
    const auto material = child_material(parent, index);
    const auto hash = [&](std::uint8_t tag) {
        return hmac_sha512(parent.chain_code, ByteWriter().u8(tag).bytes(material).take());
    };
    const auto z = hash(hardened ? 0x00 : 0x02);
    const auto chain = hash(hardened ? 0x01 : 0x03);
    auto next = parent;
    add_times(next.left, ByteView(z).first(kLeftBytes), 8);
    add_times(next.right, ByteView(z).last(32), 1);
    next.chain_code = half<32>(chain);
    return next;
}

}  // namespace

SecretKey bip32_ed25519(ByteView seed, PathView path) {
    auto node = master(seed);
    for (const auto index : path) {
        node = child(node, index);
    }
    return node.left;
}

}  // namespace ledger_bridge::emulator
