#include "tools/emulator/keys/derivation.hpp"

#include <algorithm>

#include "tools/emulator/keys/path.hpp"

namespace ledger_bridge::emulator {

namespace {

Node split(const Hash512& hash) {
    Node node{};
    std::copy_n(hash.begin(), 32, node.secret.begin());
    std::copy_n(hash.begin() + 32, 32, node.chain_code.begin());
    return node;
}

Bytes hardened_data(const Node& parent, std::uint32_t index) {
    return ByteWriter().u8(0).bytes(parent.secret).u32(index).take();
}

Bytes child_data(const EcdsaCurve& curve, const Node& parent, std::uint32_t index) {
    if ((index & kHardened) != 0) {
        return hardened_data(parent, index);
    }
    return ByteWriter().bytes(compress(curve.public_key(parent.secret))).u32(index).take();
}

Node ecdsa_master(const EcdsaCurve& curve, ByteView key, ByteView seed) {
    auto hash = hmac_sha512(key, seed);
    while (!curve.is_secret(split(hash).secret)) {
        hash = hmac_sha512(key, hash);
    }
    return split(hash);
}

Node ecdsa_child(const EcdsaCurve& curve, const Node& parent, std::uint32_t index) {
    auto half = split(hmac_sha512(parent.chain_code, child_data(curve, parent, index)));
    auto secret = curve.add(parent.secret, half.secret);
    while (!secret) {
        const auto retry = ByteWriter().u8(1).bytes(half.chain_code).u32(index).take();
        half = split(hmac_sha512(parent.chain_code, retry));
        secret = curve.add(parent.secret, half.secret);
    }
    return {*secret, half.chain_code};
}

}  // namespace

std::optional<Node> slip10_ed25519(ByteView seed, PathView path) {
    auto node = split(hmac_sha512(as_bytes("ed25519 seed"), seed));
    for (const auto index : path) {
        if ((index & kHardened) == 0) {
            return std::nullopt;
        }
        node = split(hmac_sha512(node.chain_code, hardened_data(node, index)));
    }
    return node;
}

Node slip10_ecdsa(const EcdsaCurve& curve, ByteView key, ByteView seed, PathView path) {
    auto node = ecdsa_master(curve, key, seed);
    for (const auto index : path) {
        node = ecdsa_child(curve, node, index);
    }
    return node;
}

std::optional<SecretKey> derive(Curve curve, ByteView seed, PathView path) {
    switch (curve) {
        case Curve::ed25519: {
            const auto node = slip10_ed25519(seed, path);
            return node ? std::optional(node->secret) : std::nullopt;
        }
        case Curve::secp256k1:
            return slip10_ecdsa(secp256k1_curve(), as_bytes("Bitcoin seed"), seed, path).secret;
        case Curve::p256:
            return slip10_ecdsa(p256_curve(), as_bytes("Nist256p1 seed"), seed, path).secret;
        case Curve::bip32_ed25519:
            return bip32_ed25519(seed, path);
    }
    return std::nullopt;
}

}  // namespace ledger_bridge::emulator
