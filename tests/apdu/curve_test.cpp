#include "apdu/curve.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::apdu {
namespace {

TEST(Curve, ReadsOctezSpellingsInAnyCase) {
    for (const auto* text : {"ed", "ED25519", "ed25519"}) {
        EXPECT_EQ(parse_curve(text).value(), Curve::ed25519) << text;
    }
    for (const auto* text : {"secp256k1", "SECP256K1"}) {
        EXPECT_EQ(parse_curve(text).value(), Curve::secp256k1) << text;
    }
    for (const auto* text : {"p256", "P-256", "p-256", "secp256r1"}) {
        EXPECT_EQ(parse_curve(text).value(), Curve::p256) << text;
    }
    for (const auto* text : {"bip25519", "BIP32-ed25519"}) {
        EXPECT_EQ(parse_curve(text).value(), Curve::bip25519) << text;
    }
}

TEST(Curve, ReadsItsOwnNames) {
    for (const auto curve : {Curve::ed25519, Curve::secp256k1, Curve::p256, Curve::bip25519}) {
        EXPECT_EQ(parse_curve(curve_name(curve)).value(), curve);
        EXPECT_EQ(curve_from_wire(static_cast<std::uint8_t>(curve)).value(), curve);
    }
}

TEST(Curve, RejectsEverythingElse) {
    for (const auto* text : {"", "ed2551", "secp256k1 ", "bls", "tz4"}) {
        EXPECT_EQ(parse_curve(text).error().code, Errc::bad_curve) << text;
    }
    for (unsigned type = 4; type < 256; ++type) {
        EXPECT_EQ(curve_from_wire(static_cast<std::uint8_t>(type)).error().code, Errc::bad_curve);
    }
}

TEST(Curve, NamesTz4InItsRefusal) {
    EXPECT_NE(curve_from_wire(4).error().text().find("tz4"), std::string::npos);
}

}  // namespace
}  // namespace ledger_bridge::apdu
