// P-256 by OpenSSL's big numbers and points. Its ECDSA cannot be asked for RFC 6979 nonces in
// version 3.0, so the signature equation is written out here.
#include <algorithm>
#include <memory>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include "tools/emulator/keys/ecdsa.hpp"
#include "tools/emulator/keys/nonce.hpp"

namespace ledger_bridge::emulator {

namespace {

struct Free {
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }
    void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
    void operator()(EC_POINT* point) const { EC_POINT_free(point); }
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Context = std::unique_ptr<BN_CTX, Free>;
using GroupPoint = std::unique_ptr<EC_POINT, Free>;

Number number(ByteView bytes) {
    return Number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

Number number() {
    return Number(BN_new());
}

SecretKey to_bytes(const BIGNUM* value) {
    SecretKey bytes{};
    BN_bn2binpad(value, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

Bytes to_der(Number r, Number s) {
    const std::unique_ptr<ECDSA_SIG, Free> signature(ECDSA_SIG_new());
    ECDSA_SIG_set0(signature.get(), r.release(), s.release());
    Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)));
    auto* out = der.data();
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

class P256 final : public EcdsaCurve {
public:
    P256() : group_(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)) {}

    [[nodiscard]] bool is_secret(const SecretKey& secret) const override {
        const auto value = number(secret);
        return BN_is_zero(value.get()) == 0 && BN_cmp(value.get(), order()) < 0;
    }

    [[nodiscard]] std::optional<SecretKey> add(const SecretKey& secret,
                                               const SecretKey& tweak) const override;
    [[nodiscard]] Point public_key(const SecretKey& secret) const override;
    [[nodiscard]] EcdsaSignature sign(const SecretKey& secret, const Digest& digest) const override;

private:
    [[nodiscard]] const BIGNUM* order() const { return EC_GROUP_get0_order(group_.get()); }
    [[nodiscard]] GroupPoint times_base(const BIGNUM* scalar, BN_CTX* context) const;
    [[nodiscard]] std::optional<EcdsaSignature> sign_with(const SecretKey& nonce,
                                                          const SecretKey& secret,
                                                          const BIGNUM* digest) const;

    std::unique_ptr<EC_GROUP, Free> group_;
};

std::optional<SecretKey> P256::add(const SecretKey& secret, const SecretKey& tweak) const {
    const Context context(BN_CTX_new());
    const auto increment = number(tweak);
    const auto sum = number();
    BN_mod_add(sum.get(), number(secret).get(), increment.get(), order(), context.get());
    if (BN_cmp(increment.get(), order()) >= 0 || BN_is_zero(sum.get()) == 1) {
        return std::nullopt;
    }
    return to_bytes(sum.get());
}

GroupPoint P256::times_base(const BIGNUM* scalar, BN_CTX* context) const {
    GroupPoint point(EC_POINT_new(group_.get()));
    EC_POINT_mul(group_.get(), point.get(), scalar, nullptr, nullptr, context);
    return point;
}

Point P256::public_key(const SecretKey& secret) const {
    const Context context(BN_CTX_new());
    const auto point = times_base(number(secret).get(), context.get());
    Point bytes{};
    EC_POINT_point2oct(group_.get(),
                       point.get(),
                       POINT_CONVERSION_UNCOMPRESSED,
                       bytes.data(),
                       bytes.size(),
                       context.get());
    return bytes;
}

// r = x(kG) mod n, s = (z + r d) / k mod n, then the lower of s and n - s.
std::optional<EcdsaSignature> P256::sign_with(const SecretKey& nonce,
                                              const SecretKey& secret,
                                              const BIGNUM* digest) const {
    const Context context(BN_CTX_new());
    auto* const steps = context.get();
    const auto k = number(nonce);
    const auto point = times_base(k.get(), steps);
    auto r = number();
    const auto y = number();
    EC_POINT_get_affine_coordinates(group_.get(), point.get(), r.get(), y.get(), steps);
    BN_nnmod(r.get(), r.get(), order(), steps);

    auto s = number();
    BN_mod_mul(s.get(), r.get(), number(secret).get(), order(), steps);
    BN_mod_add(s.get(), s.get(), digest, order(), steps);
    const Number inverse(BN_mod_inverse(nullptr, k.get(), order(), steps));
    BN_mod_mul(s.get(), s.get(), inverse.get(), order(), steps);
    if (BN_is_zero(r.get()) == 1 || BN_is_zero(s.get()) == 1) {
        return std::nullopt;
    }

    auto odd = BN_is_odd(y.get()) == 1;
    auto negated = number();
    BN_sub(negated.get(), order(), s.get());
    if (BN_cmp(negated.get(), s.get()) < 0) {
        s.swap(negated);
        odd = !odd;
    }
    return EcdsaSignature{to_der(std::move(r), std::move(s)), odd};
}

EcdsaSignature P256::sign(const SecretKey& secret, const Digest& digest) const {
    const Context context(BN_CTX_new());
    const auto reduced = number();
    BN_nnmod(reduced.get(), number(digest).get(), order(), context.get());
    NonceSequence nonces(secret, to_bytes(reduced.get()));
    while (true) {
        const auto nonce = nonces.next();
        if (!is_secret(nonce)) {
            continue;
        }
        auto signature = sign_with(nonce, secret, reduced.get());
        if (signature) {
            return *signature;
        }
    }
}

}  // namespace

const EcdsaCurve& p256_curve() {
    static const P256 curve;
    return curve;
}

}  // namespace ledger_bridge::emulator
