#include "apdu/ledger_uri.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::apdu {
namespace {

TEST(LedgerUri, ReadsNameCurveAndPath) {
    const auto uri =
        parse_ledger_uri("ledger://masculine-pig-stupendous-dugong/P-256/0h/0h").value();
    EXPECT_EQ(uri.name, "masculine-pig-stupendous-dugong");
    EXPECT_EQ(uri.curve, Curve::p256);
    EXPECT_EQ(uri.path, DerivationPath::tezos_default());
}

TEST(LedgerUri, CurveAndPathMayBeMissing) {
    const auto name = parse_ledger_uri("ledger://a-b-c-d").value();
    EXPECT_FALSE(name.curve);
    EXPECT_FALSE(name.path);
    const auto curve = parse_ledger_uri("ledger://a-b-c-d/secp256k1").value();
    EXPECT_EQ(curve.curve, Curve::secp256k1);
    EXPECT_FALSE(curve.path);
}

TEST(LedgerUri, MeansEd25519WithoutACurve) {
    const auto uri = parse_ledger_uri("ledger://a-b-c-d/0'/0'").value();
    EXPECT_EQ(uri.curve, Curve::ed25519);
    EXPECT_EQ(uri.path, DerivationPath::tezos_default());
    EXPECT_EQ(uri.text(), "ledger://a-b-c-d/ed25519/0h/0h");
}

TEST(LedgerUri, TakesARootAddressForTheName) {
    const auto* text = "ledger://tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx/ed25519/0h/0h";
    EXPECT_EQ(parse_ledger_uri(text).value().text(), text);
}

TEST(LedgerUri, WritesWhatItReads) {
    for (const auto* text : {"ledger://a-b-c-d",
                             "ledger://a-b-c-d/bip25519",
                             "ledger://a-b-c-d/secp256k1/0h/1",
                             "ledger://a-b-c-d/P-256/0h/1h/2h/3h/4h/5h/6h/7h"}) {
        EXPECT_EQ(parse_ledger_uri(text).value().text(), text);
    }
}

TEST(LedgerUri, RefusesUnhardenedNumbersForEd25519Alone) {
    EXPECT_FALSE(parse_ledger_uri("ledger://a-b-c-d/ed25519/0h/0"));
    EXPECT_FALSE(parse_ledger_uri("ledger://a-b-c-d/0h/0"));
    for (const auto* curve : {"secp256k1", "P-256", "bip25519"}) {
        EXPECT_TRUE(parse_ledger_uri("ledger://a-b-c-d/" + std::string(curve) + "/0h/0"));
    }
}

TEST(LedgerUri, RejectsEverythingElse) {
    for (const auto* text : {"",
                             "ledger://",
                             "ledger:///ed25519/0h",
                             "ledger:/a-b-c-d",
                             "usb:a-b-c-d",
                             "ledger://a-b-c",
                             "ledger://a-b-c-d-e",
                             "ledger://A-b-c-d",
                             "ledger://a--c-d",
                             "ledger://tz2DTy9uoYbC/ed25519",
                             "ledger://a-b-c-d/ed25519/x",
                             "ledger://a-b-c-d/ed25519//0h",
                             "ledger://a-b-c-d/nocurve/0h",
                             "ledger://a-b-c-d/P-256/0/1/2/3/4/5/6/7/8"}) {
        const auto uri = parse_ledger_uri(text);
        ASSERT_FALSE(uri) << text;
        EXPECT_EQ(uri.error().code, Errc::bad_ledger_uri) << text;
    }
}

}  // namespace
}  // namespace ledger_bridge::apdu
