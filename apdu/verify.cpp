// Verification by the libraries that own each curve.

#include <memory>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <secp256k1.h>
#include <sodium.h>

#include "apdu/keys.hpp"
#include "apdu/signature.hpp"

namespace ledger_bridge::apdu {

namespace {

struct FreeOpenssl {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

using EvpContext = std::unique_ptr<EVP_PKEY_CTX, FreeOpenssl>;
using EvpKey = std::unique_ptr<EVP_PKEY, FreeOpenssl>;

bool verify_ed25519(const PublicKey& key, const Digest& digest, const RawSignature& raw) {
    return crypto_sign_ed25519_verify_detached(
               raw.data(), digest.data(), digest.size(), key.raw().data()) == 0;
}

bool verify_secp256k1(const PublicKey& key, const Digest& digest, const RawSignature& raw) {
    const auto* context = secp256k1_context_static;
    secp256k1_pubkey point{};
    secp256k1_ecdsa_signature signature{};
    return secp256k1_ec_pubkey_parse(context, &point, key.raw().data(), key.raw().size()) == 1 &&
           secp256k1_ecdsa_signature_parse_compact(context, &signature, raw.data()) == 1 &&
           secp256k1_ecdsa_verify(context, &signature, digest.data(), &point) == 1;
}

EvpKey p256_key(const PublicKey& key) {
    std::string group = "P-256";
    Bytes point = key.raw();
    std::array<OSSL_PARAM, 3> params{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end()};
    const EvpContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* built = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &built, EVP_PKEY_PUBLIC_KEY, params.data()) != 1) {
        return nullptr;
    }
    return EvpKey(built);
}

// OpenSSL verifies DER alone. Empty when it cannot be made.
Bytes to_der(const RawSignature& raw) {
    const std::unique_ptr<ECDSA_SIG, FreeOpenssl> signature(ECDSA_SIG_new());
    auto* r = BN_bin2bn(raw.data(), 32, nullptr);
    auto* s = BN_bin2bn(raw.data() + 32, 32, nullptr);
    if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    const auto size = i2d_ECDSA_SIG(signature.get(), nullptr);
    if (size <= 0) {
        return {};
    }
    Bytes der(static_cast<std::size_t>(size));
    auto* out = der.data();
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

bool verify_p256(const PublicKey& key, const Digest& digest, const RawSignature& raw) {
    const auto evp_key = p256_key(key);
    const EvpContext context(evp_key ? EVP_PKEY_CTX_new(evp_key.get(), nullptr) : nullptr);
    const auto der = to_der(raw);
    const bool good =
        context && !der.empty() && EVP_PKEY_verify_init(context.get()) == 1 &&
        EVP_PKEY_verify(context.get(), der.data(), der.size(), digest.data(), digest.size()) == 1;
    // A bad signature leaves entries in this thread's queue, which others would take for theirs.
    ERR_clear_error();
    return good;
}

}  // namespace

bool verify(const PublicKey& key, const Digest& digest, const Signature& signature) {
    switch (key.kind()) {
        case KeyKind::tz1:
            return verify_ed25519(key, digest, signature.raw);
        case KeyKind::tz2:
            return verify_secp256k1(key, digest, signature.raw);
        case KeyKind::tz3:
            return verify_p256(key, digest, signature.raw);
    }
    return false;
}

}  // namespace ledger_bridge::apdu
