#include "apdu/signature.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

Bytes integer(const Bytes& value) {
    return ByteWriter().u8(0x02).u8(static_cast<std::uint8_t>(value.size())).bytes(value).take();
}

Bytes der(const Bytes& r, const Bytes& s, std::uint8_t tag = 0x30) {
    const auto body = ByteWriter().bytes(integer(r)).bytes(integer(s)).take();
    return ByteWriter().u8(tag).u8(static_cast<std::uint8_t>(body.size())).bytes(body).take();
}

Bytes filled(std::size_t size, std::uint8_t value) {
    return Bytes(size, value);
}

std::string raw_of(const Bytes& device, Curve curve = Curve::p256) {
    return to_hex(signature_from_device(curve, device).value().raw);
}

bool is_refused(const Bytes& device, Curve curve = Curve::p256) {
    const auto signature = signature_from_device(curve, device);
    return !signature && signature.error().code == Errc::bad_signature;
}

// Half the order of secp256k1, the highest s that is low. Source: SEC 2.
constexpr auto kHalfOrder = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

TEST(DeviceSignature, ClearsTheParityBitOfTheFirstByte) {
    const auto r = filled(32, 0x11);
    const auto s = filled(32, 0x22);
    EXPECT_EQ(raw_of(der(r, s, 0x31)), raw_of(der(r, s, 0x30)));
    for (unsigned tag = 0; tag < 256; ++tag) {
        const bool sequence = tag == 0x30 || tag == 0x31;
        EXPECT_EQ(is_refused(der(r, s, static_cast<std::uint8_t>(tag))), !sequence) << tag;
    }
}

TEST(DeviceSignature, PadsShortNumbersAndDropsTheLeadingZero) {
    const std::string zeros(62, '0');
    EXPECT_EQ(raw_of(der({0x05}, {0x07})), zeros + "05" + zeros + "07");
    EXPECT_EQ(raw_of(der(filled(31, 0x7f), filled(32, 0x11))),
              "00" + to_hex(filled(31, 0x7f)) + to_hex(filled(32, 0x11)));
    auto leading = filled(33, 0xff);
    leading[0] = 0;
    EXPECT_EQ(raw_of(der(leading, {0x01})), to_hex(filled(32, 0xff)) + zeros + "01");
}

TEST(DeviceSignature, RefusesNumbersThatAreNone) {
    const auto one = filled(1, 1);
    EXPECT_TRUE(is_refused(der({}, one)));
    EXPECT_TRUE(is_refused(der(one, {})));
    EXPECT_TRUE(is_refused(der({0}, one)));
    EXPECT_TRUE(is_refused(der(one, filled(32, 0))));
    EXPECT_TRUE(is_refused(der(filled(33, 0x01), one)));
    EXPECT_TRUE(is_refused(der(filled(34, 0), one)));
}

TEST(DeviceSignature, RefusesEveryCutAndEveryExtraByte) {
    const auto good = der(filled(32, 0x11), filled(32, 0x22));
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_TRUE(is_refused(Bytes(good.begin(), good.begin() + static_cast<long>(size))));
    }
    auto longer = good;
    longer.push_back(0);
    EXPECT_TRUE(is_refused(longer));
    longer[1]++;
    EXPECT_TRUE(is_refused(longer));
}

TEST(DeviceSignature, RefusesEveryWrongTagAndLength) {
    const auto good = der(filled(32, 0x11), filled(32, 0x22));
    for (const std::size_t position : {1U, 2U, 3U, 36U, 37U}) {
        for (unsigned change = 1; change < 256; ++change) {
            auto bad = good;
            bad[position] ^= static_cast<std::uint8_t>(change);
            EXPECT_TRUE(is_refused(bad)) << position << " xor " << change;
        }
    }
}

TEST(DeviceSignature, MakesSLowForSecp256k1Alone) {
    const auto r = filled(32, 0x11);
    const auto half = unhex(kHalfOrder);
    auto above = half;
    above.back()++;
    EXPECT_EQ(raw_of(der(r, half), Curve::secp256k1), to_hex(r) + kHalfOrder);
    // The order is odd: n - (half + 1) = half.
    EXPECT_EQ(raw_of(der(r, above), Curve::secp256k1), to_hex(r) + kHalfOrder);
    EXPECT_EQ(raw_of(der(r, above), Curve::p256), to_hex(r) + to_hex(above));
}

TEST(DeviceSignature, RefusesNumbersAboveTheOrderOfSecp256k1) {
    Bytes above(33, 0xff);
    above[0] = 0;
    EXPECT_TRUE(is_refused(der(above, {1}), Curve::secp256k1));
    EXPECT_TRUE(is_refused(der({1}, above), Curve::secp256k1));
}

TEST(DeviceSignature, Ed25519Is64Bytes) {
    for (const auto curve : {Curve::ed25519, Curve::bip25519}) {
        EXPECT_EQ(raw_of(filled(64, 0xab), curve), to_hex(filled(64, 0xab)));
        for (const std::size_t size : {0U, 63U, 65U, 71U}) {
            EXPECT_TRUE(is_refused(filled(size, 0xab), curve));
        }
    }
}

TEST(SignatureText, AgreesWithTheVectors) {
    const auto& vector = signer_vectors()["sign"];
    const auto edsig = vector["edsig"].get<std::string>();
    const auto signature = parse_signature(edsig).value();
    EXPECT_EQ(to_hex(signature.raw), vector["raw"].get<std::string>());
    EXPECT_EQ(signature_text(KeyKind::tz1, signature), edsig);
    EXPECT_EQ(parse_signature(vector["sig"].get<std::string>()).value(), signature);
}

TEST(SignatureText, RoundTripsForEveryKind) {
    Signature signature;
    signature.raw.fill(0x5a);
    EXPECT_TRUE(signature_text(KeyKind::tz1, signature).starts_with("edsig"));
    EXPECT_TRUE(signature_text(KeyKind::tz2, signature).starts_with("spsig1"));
    EXPECT_TRUE(signature_text(KeyKind::tz3, signature).starts_with("p2sig"));
    for (const auto kind : {KeyKind::tz1, KeyKind::tz2, KeyKind::tz3}) {
        EXPECT_EQ(parse_signature(signature_text(kind, signature)).value(), signature);
    }
}

TEST(SignatureText, RejectsEverythingElse) {
    EXPECT_EQ(parse_signature("").error().code, Errc::bad_signature);
    EXPECT_EQ(parse_signature("BLsig").error().code, Errc::bad_signature);
    EXPECT_EQ(parse_signature("edsigtXomBKi").error().code, Errc::bad_base58);
}

}  // namespace
}  // namespace ledger_bridge::apdu
