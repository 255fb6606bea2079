#include <gtest/gtest.h>

#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

// The first signature of a recording of each curve, with its key and message.
struct Signed {
    PublicKey key;
    Digest digest;
    Signature signature;
};

Signed from_recording(const std::string& curve_text, Curve curve) {
    const auto wanted = "c_sign_" + curve_text + "_2.5.1.json";
    std::optional<PublicKey> key;
    for (const auto& recording : recordings()) {
        for (const auto& exchange : recording) {
            if (!exchange.where.starts_with(wanted) || exchange.status != 0x9000) {
                continue;
            }
            if (exchange.apdu[1] == 0x0a) {
                key = public_key_from_device(curve, ByteView(exchange.data).subspan(1)).value();
            } else if (exchange.apdu[1] == 0x04 && exchange.apdu[2] == 0x81) {
                const auto digest = blake2b_256(ByteView(exchange.apdu).subspan(5));
                return {key.value(), digest, signature_from_device(curve, exchange.data).value()};
            }
        }
    }
    throw std::runtime_error("no signature in " + wanted);
}

std::vector<Signed> one_of_each() {
    return {from_recording("ed25519", Curve::ed25519),
            from_recording("secp256k1", Curve::secp256k1),
            from_recording("p256", Curve::p256),
            from_recording("bip32ed", Curve::bip25519)};
}

TEST(Verify, AcceptsWhatTheAppSigned) {
    for (const auto& good : one_of_each()) {
        EXPECT_TRUE(verify(good.key, good.digest, good.signature)) << good.key.text();
    }
}

TEST(Verify, RejectsEverySingleChangedByte) {
    for (const auto& good : one_of_each()) {
        for (std::size_t i = 0; i < good.signature.raw.size(); ++i) {
            auto bad = good.signature;
            bad.raw[i] ^= 0x01;
            EXPECT_FALSE(verify(good.key, good.digest, bad)) << good.key.text() << i;
        }
        for (std::size_t i = 0; i < good.digest.size(); ++i) {
            auto bad = good.digest;
            bad[i] ^= 0x80;
            EXPECT_FALSE(verify(good.key, bad, good.signature)) << good.key.text() << i;
        }
    }
}

TEST(Verify, RejectsAnotherKey) {
    const auto all = one_of_each();
    for (const auto& key : all) {
        for (const auto& other : all) {
            const bool same = key.key == other.key;
            EXPECT_EQ(verify(key.key, other.digest, other.signature), same);
        }
    }
}

TEST(Verify, RejectsNumbersOutOfRange) {
    Signature zero;
    Signature highest;
    highest.raw.fill(0xff);
    for (const auto& good : one_of_each()) {
        EXPECT_FALSE(verify(good.key, good.digest, zero));
        EXPECT_FALSE(verify(good.key, good.digest, highest));
    }
}

// (r, n - s) is a signature too, and one that Tezos refuses for secp256k1.
TEST(Verify, RejectsHighSForSecp256k1) {
    const auto order = unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    const auto good = from_recording("secp256k1", Curve::secp256k1);
    auto high = good.signature;
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int digit = order[i] - good.signature.raw[32 + i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        high.raw[32 + i] = static_cast<std::uint8_t>(digit + borrow * 256);
    }
    EXPECT_FALSE(verify(good.key, good.digest, high));
}

TEST(Verify, AgreesWithTheVectors) {
    const auto& vectors = signer_vectors();
    const auto key = parse_public_key(vectors["keys"]["baking"]["pk"].get<std::string>()).value();
    const auto digest = blake2b_256(unhex(vectors["sign"]["data"]));
    EXPECT_EQ(to_hex(digest), vectors["sign"]["digest"].get<std::string>());
    const auto signature = parse_signature(vectors["sign"]["edsig"].get<std::string>()).value();
    EXPECT_TRUE(verify(key, digest, signature));
    const auto auth = parse_public_key(vectors["keys"]["auth"]["pk"].get<std::string>()).value();
    const auto auth_digest = blake2b_256(unhex(vectors["auth"]["to_sign"]));
    EXPECT_EQ(to_hex(auth_digest), vectors["auth"]["digest"].get<std::string>());
    const auto auth_text = vectors["auth"]["signature"].get<std::string>();
    EXPECT_TRUE(verify(auth, auth_digest, parse_signature(auth_text).value()));
}

TEST(Blake2b, AgreesWithTheVectors) {
    for (const auto& payload : signer_vectors()["payloads"]) {
        EXPECT_EQ(to_hex(blake2b_256(unhex(payload["hex"]))),
                  payload["blake2b256"].get<std::string>());
    }
}

}  // namespace
}  // namespace ledger_bridge::apdu
