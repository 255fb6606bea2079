#include "tools/emulator/keys/key_pair.hpp"

#include <sodium.h>

#include "tools/emulator/keys/base58.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kEdwardsPrefix = 0x02;

// "tz1", "tz2", "tz3".
constexpr std::array<std::array<std::uint8_t, 3>, 3> kAddressPrefixes{
    {{6, 161, 159}, {6, 161, 161}, {6, 161, 164}}};

const EcdsaCurve* ecdsa_curve(Curve curve) {
    switch (curve) {
        case Curve::secp256k1:
            return &secp256k1_curve();
        case Curve::p256:
            return &p256_curve();
        case Curve::ed25519:
        case Curve::bip32_ed25519:
            break;
    }
    return nullptr;
}

struct EdwardsKey {
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> point{};
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
};

EdwardsKey edwards_key(const SecretKey& seed) {
    EdwardsKey key;
    crypto_sign_seed_keypair(key.point.data(), key.secret.data(), seed.data());
    return key;
}

Bytes edwards_sign(const SecretKey& seed, const Digest& digest) {
    const auto key = edwards_key(seed);
    Bytes signature(crypto_sign_BYTES);
    crypto_sign_detached(
        signature.data(), nullptr, digest.data(), digest.size(), key.secret.data());
    return signature;
}

}  // namespace

KeyPair::KeyPair(Curve curve, const SecretKey& secret) : curve_(curve), secret_(secret) {
    if (const auto* const ecdsa = ecdsa_curve(curve)) {
        const auto point = ecdsa->public_key(secret);
        const auto short_form = compress(point);
        wire_.assign(point.begin(), point.end());
        compressed_.assign(short_form.begin(), short_form.end());
        return;
    }
    const auto key = edwards_key(secret);
    wire_ = ByteWriter().u8(kEdwardsPrefix).bytes(key.point).take();
    compressed_.assign(key.point.begin(), key.point.end());
}

std::uint8_t KeyPair::tezos_tag() const {
    return curve_ == Curve::bip32_ed25519 ? 0 : static_cast<std::uint8_t>(curve_);
}

std::string KeyPair::address() const {
    return base58check(ByteWriter().bytes(kAddressPrefixes.at(tezos_tag())).bytes(hash()).take());
}

Bytes KeyPair::sign(const Digest& digest) const {
    const auto* const ecdsa = ecdsa_curve(curve_);
    if (ecdsa == nullptr) {
        return edwards_sign(secret_, digest);
    }
    auto signature = ecdsa->sign(secret_, digest);
    signature.der.front() |= signature.odd ? 0x01U : 0x00U;
    return signature.der;
}

}  // namespace ledger_bridge::emulator
