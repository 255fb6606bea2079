#include "apdu/keys.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

// The keys of the recordings' seed at 44h/1729h/0h/0h, as the app answered, without length byte.
constexpr auto kEd25519 = "021dbfcc527042205a12508a62f37a72080e512c9338a9e7db3adeb6cae73e3ca5";
constexpr auto kSecp256k1 =
    "04"
    "4028629d9abe775871b66edd9d051d5732d2271fed1e86bede1399fded0b7285"
    "47a4bbdd23c4451ead7bd9f3af97a92ce68b85cea573f1c99e5ef07f0a545c0c";
constexpr auto kP256 =
    "04"
    "2513cb8638b103b35931a7176f487d9f3d3e7aea27c7f449fab5c15b26fb89aa"
    "f294e38e552812f35191248bef7cad154b3d68d480b24402ab511f396c8b99e8";
constexpr auto kBip25519 = "020c70a85570a6788b45a62c0b72d9bbb5767fa0000b616e214b43a21fda86d865";

struct DeviceKey {
    Curve curve;
    const char* hex;
    const char* address;
};

constexpr DeviceKey kDeviceKeys[] = {
    {Curve::ed25519, kEd25519, "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"},
    {Curve::secp256k1, kSecp256k1, "tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o"},
    {Curve::p256, kP256, "tz3Y2TkhTYG6MfPsijGfHFqBYrLCfwYb6HRB"},
    {Curve::bip25519, kBip25519, "tz1N4GQ8gYgMdq6gUsja783KJButHUHn5K7z"},
};

TEST(PublicKey, FromTheDeviceHasItsPublishedAddress) {
    for (const auto& vector : kDeviceKeys) {
        const auto key = public_key_from_device(vector.curve, unhex(vector.hex)).value();
        EXPECT_EQ(key.hash().text(), vector.address);
        EXPECT_EQ(key.kind(), key_kind(vector.curve));
    }
}

TEST(PublicKey, TextRoundTripsForEveryKind) {
    for (const auto& vector : kDeviceKeys) {
        const auto key = public_key_from_device(vector.curve, unhex(vector.hex)).value();
        EXPECT_EQ(parse_public_key(key.text()).value(), key);
        EXPECT_EQ(public_key_from_raw(key.kind(), key.raw()).value(), key);
    }
}

TEST(PublicKey, AgreesWithTheVectors) {
    for (const auto& vector : signer_vectors()["keys"]) {
        const auto key = parse_public_key(vector["pk"].get<std::string>()).value();
        EXPECT_EQ(to_hex(key.raw()), vector["pk_hex"].get<std::string>());
        EXPECT_EQ(key.text(), vector["pk"].get<std::string>());
        EXPECT_EQ(key.hash().text(), vector["pkh"].get<std::string>());
        EXPECT_EQ(parse_key_hash(vector["pkh"].get<std::string>()).value(), key.hash());
    }
}

TEST(PublicKey, RejectsEveryOtherLengthAndFirstByte) {
    for (const auto& vector : kDeviceKeys) {
        const auto good = unhex(vector.hex);
        for (std::size_t size = 0; size < good.size(); ++size) {
            EXPECT_FALSE(public_key_from_device(vector.curve, ByteView(good).first(size)));
        }
        auto longer = good;
        longer.push_back(0);
        EXPECT_FALSE(public_key_from_device(vector.curve, longer));
        for (unsigned first = 0; first < 256; ++first) {
            auto other = good;
            other[0] = static_cast<std::uint8_t>(first);
            EXPECT_EQ(public_key_from_device(vector.curve, other).has_value(), first == good[0]);
        }
    }
}

TEST(PublicKey, RejectsPointsOffTheCurve) {
    for (const auto* hex : {kSecp256k1, kP256}) {
        const auto curve = hex == kSecp256k1 ? Curve::secp256k1 : Curve::p256;
        for (const std::size_t position : {1U, 32U, 33U, 64U}) {
            auto off = unhex(hex);
            off[position] ^= 1U;
            const auto key = public_key_from_device(curve, off);
            ASSERT_FALSE(key);
            EXPECT_EQ(key.error().code, Errc::bad_key);
        }
    }
    // A point of one curve is none of the other.
    EXPECT_FALSE(public_key_from_device(Curve::secp256k1, unhex(kP256)));
    EXPECT_FALSE(public_key_from_device(Curve::p256, unhex(kSecp256k1)));
    // The neutral element, and a y that no x belongs to.
    EXPECT_FALSE(public_key_from_raw(KeyKind::tz1, unhex("01" + std::string(62, '0'))));
    EXPECT_FALSE(public_key_from_raw(KeyKind::tz1, unhex("02" + std::string(62, '0'))));
}

TEST(PublicKey, RejectsHybridPoints) {
    auto hybrid = unhex(kSecp256k1);
    hybrid[0] = 0x06 | (hybrid[64] & 1U);
    EXPECT_FALSE(public_key_from_device(Curve::secp256k1, hybrid));
    hybrid = unhex(kP256);
    hybrid[0] = 0x06 | (hybrid[64] & 1U);
    EXPECT_FALSE(public_key_from_device(Curve::p256, hybrid));
}

TEST(KeyHash, TextRoundTripsForEveryKind) {
    for (const auto kind : {KeyKind::tz1, KeyKind::tz2, KeyKind::tz3}) {
        KeyHash hash{kind, {}};
        hash.hash.fill(0xab);
        EXPECT_EQ(parse_key_hash(hash.text()).value(), hash);
    }
}

TEST(KeyHash, NamesTz4InItsRefusal) {
    const auto hash = parse_key_hash("tz4EECtMxAuJ9UDLaiMZH7G1GCFYUWsj8HZn");
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code, Errc::bad_key);
    EXPECT_NE(hash.error().detail.find("tz4"), std::string::npos);
    EXPECT_NE(parse_public_key("BLpk1yUiLJ7R").error().detail.find("tz4"), std::string::npos);
    EXPECT_NE(parse_key_hash("tz5").error().detail.find("tz5"), std::string::npos);
}

TEST(KeyHash, RejectsEverythingElse) {
    for (const auto* text : {"", "tz", "tz6abc", "edpk", "hello"}) {
        EXPECT_EQ(parse_key_hash(text).error().code, Errc::bad_key) << text;
    }
    for (const auto* text : {"tz1", "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSy"}) {
        EXPECT_EQ(parse_key_hash(text).error().code, Errc::bad_base58) << text;
    }
}

TEST(PublicKey, RejectsTextsThatAreNoKey) {
    EXPECT_EQ(parse_public_key("").error().code, Errc::bad_key);
    EXPECT_EQ(parse_public_key("tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx").error().code, Errc::bad_key);
    EXPECT_EQ(
        parse_public_key("edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yaw").error().code,
        Errc::bad_base58);
}

}  // namespace
}  // namespace ledger_bridge::apdu
