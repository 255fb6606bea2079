// secp256k1 by libsecp256k1.
#include <algorithm>
#include <memory>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "tools/emulator/keys/ecdsa.hpp"

namespace ledger_bridge::emulator {

namespace {

class Secp256k1 final : public EcdsaCurve {
public:
    Secp256k1() : context_(secp256k1_context_create(SECP256K1_CONTEXT_SIGN)) {}

    [[nodiscard]] bool is_secret(const SecretKey& secret) const override {
        return secp256k1_ec_seckey_verify(context_.get(), secret.data()) == 1;
    }

    [[nodiscard]] std::optional<SecretKey> add(const SecretKey& secret,
                                               const SecretKey& tweak) const override {
        auto sum = secret;
        if (secp256k1_ec_seckey_tweak_add(context_.get(), sum.data(), tweak.data()) != 1) {
            return std::nullopt;
        }
        return sum;
    }

    [[nodiscard]] Point public_key(const SecretKey& secret) const override;
    [[nodiscard]] EcdsaSignature sign(const SecretKey& secret, const Digest& digest) const override;

private:
    struct Destroy {
        void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
    };
    std::unique_ptr<secp256k1_context, Destroy> context_;
};

Point Secp256k1::public_key(const SecretKey& secret) const {
    secp256k1_pubkey key{};
    Point point{};
    auto size = point.size();
    // Cannot fail: every secret came out of is_secret() or add().
    [[maybe_unused]] const auto made =
        secp256k1_ec_pubkey_create(context_.get(), &key, secret.data());
    secp256k1_ec_pubkey_serialize(
        context_.get(), point.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    return point;
}

EcdsaSignature Secp256k1::sign(const SecretKey& secret, const Digest& digest) const {
    secp256k1_ecdsa_recoverable_signature recoverable{};
    secp256k1_ecdsa_sign_recoverable(
        context_.get(), &recoverable, digest.data(), secret.data(), nullptr, nullptr);
    std::array<std::uint8_t, 64> compact{};
    int recovery_id = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context_.get(), compact.data(), &recovery_id, &recoverable);

    secp256k1_ecdsa_signature plain{};
    secp256k1_ecdsa_recoverable_signature_convert(context_.get(), &plain, &recoverable);
    EcdsaSignature signature{Bytes(72), (recovery_id & 1) != 0};
    auto size = signature.der.size();
    secp256k1_ecdsa_signature_serialize_der(context_.get(), signature.der.data(), &size, &plain);
    signature.der.resize(size);
    return signature;
}

}  // namespace

const EcdsaCurve& secp256k1_curve() {
    static const Secp256k1 curve;
    return curve;
}

CompressedPoint compress(const Point& point) {
    CompressedPoint compressed{};
    compressed[0] = (point[64] & 1U) == 0 ? 0x02 : 0x03;
    std::copy_n(point.begin() + 1, 32, compressed.begin() + 1);
    return compressed;
}

}  // namespace ledger_bridge::emulator
