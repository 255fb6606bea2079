#include "apdu/curve_points.hpp"

#include <memory>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <secp256k1.h>
#include <sodium.h>

namespace ledger_bridge::apdu {

namespace {

constexpr std::size_t kCompressedSize = 33;
constexpr std::size_t kUncompressedSize = 65;

struct FreeEc {
    void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
    void operator()(EC_POINT* point) const { EC_POINT_free(point); }
};

// OpenSSL and libsecp256k1 also read a hybrid form (06, 07), which Tezos does not have.
bool has_known_form(ByteView bytes) {
    if (bytes.size() == kCompressedSize) {
        return bytes[0] == 0x02 || bytes[0] == 0x03;
    }
    return bytes.size() == kUncompressedSize && bytes[0] == 0x04;
}

}  // namespace

bool is_ed25519_point(ByteView bytes) {
    return bytes.size() == crypto_core_ed25519_BYTES &&
           crypto_core_ed25519_is_valid_point(bytes.data()) == 1;
}

std::optional<Bytes> compressed_secp256k1_point(ByteView bytes) {
    secp256k1_pubkey point{};
    if (!has_known_form(bytes) ||
        secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, bytes.data(), bytes.size()) !=
            1) {
        return std::nullopt;
    }
    Bytes compressed(kCompressedSize);
    auto size = compressed.size();
    secp256k1_ec_pubkey_serialize(
        secp256k1_context_static, compressed.data(), &size, &point, SECP256K1_EC_COMPRESSED);
    return compressed;
}

std::optional<Bytes> compressed_p256_point(ByteView bytes) {
    const std::unique_ptr<EC_GROUP, FreeEc> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    const std::unique_ptr<EC_POINT, FreeEc> point(group ? EC_POINT_new(group.get()) : nullptr);
    // EC_POINT_oct2point fails for coordinates that are not on the curve.
    if (!point || !has_known_form(bytes) ||
        EC_POINT_oct2point(group.get(), point.get(), bytes.data(), bytes.size(), nullptr) != 1) {
        ERR_clear_error();
        return std::nullopt;
    }
    Bytes compressed(kCompressedSize);
    const auto size = EC_POINT_point2oct(group.get(),
                                         point.get(),
                                         POINT_CONVERSION_COMPRESSED,
                                         compressed.data(),
                                         compressed.size(),
                                         nullptr);
    return size == kCompressedSize ? std::optional(compressed) : std::nullopt;
}

}  // namespace ledger_bridge::apdu
