#include "apdu/instructions.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {
namespace {

constexpr auto kPathHex = "048000002c800006c18000000080000000";

AuthorizedKey key_of(Curve curve) {
    return {curve, DerivationPath::tezos_default()};
}

std::string hex(const Command& command) {
    return to_hex(encode(command).value());
}

TEST(Requests, HaveTheAppsBytes) {
    const auto path = std::string(kPathHex);
    EXPECT_EQ(hex(get_app_info()), "b001000000");
    EXPECT_EQ(hex(quit_app()), "b0a7000000");
    EXPECT_EQ(hex(open_app("Tezos Baking").value()), "e0d800000c54657a6f732042616b696e67");
    EXPECT_EQ(hex(version()), "8000000000");
    EXPECT_EQ(hex(authorize_baking(key_of(Curve::p256))), "8001000211" + path);
    EXPECT_EQ(hex(authorize_baking_again(Curve::secp256k1)), "8001000100");
    EXPECT_EQ(hex(get_public_key(key_of(Curve::bip25519))), "8002000311" + path);
    EXPECT_EQ(hex(prompt_public_key(key_of(Curve::ed25519))), "8003000011" + path);
    EXPECT_EQ(hex(select_key(key_of(Curve::secp256k1))), "800f000111" + path);
    EXPECT_EQ(hex(reset(Level{0x01020304})), "800600000401020304");
    EXPECT_EQ(hex(query_auth_key()), "8007000000");
    EXPECT_EQ(hex(query_main_hwm()), "8008000000");
    EXPECT_EQ(hex(git()), "8009000000");
    EXPECT_EQ(hex(query_all_hwm()), "800b000000");
    EXPECT_EQ(hex(deauthorize()), "800c000000");
    EXPECT_EQ(hex(query_auth_key_with_curve()), "800d000000");
    const auto mac = hmac(key_of(Curve::p256), Bytes{0xaa, 0xbb}).value();
    EXPECT_EQ(hex(mac), "800e000213" + path + "aabb");
}

TEST(Requests, SetupIsChainLevelsPath) {
    const SetupRequest request{
        kMainnet, Level{100}, Level{10}, Curve::secp256k1, DerivationPath::tezos_default()};
    EXPECT_EQ(hex(setup(request)), "800a00011d7a06a770000000640000000a" + std::string(kPathHex));
}

TEST(Requests, SigningHasTheVectorsBytes) {
    const auto& hid = signer_vectors()["hid"];
    EXPECT_EQ(hex(select_key(key_of(Curve::ed25519))), hid["apdu_select"].get<std::string>());
    const auto message = unhex(signer_vectors()["sign"]["data"]);
    EXPECT_EQ(hex(sign_with_hash(message).value()), hid["apdu_data"].get<std::string>());
    EXPECT_EQ(hex(version()), hid["version_apdu"].get<std::string>());
    EXPECT_EQ(hex(git()), hid["git_apdu"].get<std::string>());
    EXPECT_EQ(hex(get_public_key({Curve::ed25519, DerivationPath::root()})),
              hid["root_pubkey_apdu"].get<std::string>());
    for (const auto& payload : signer_vectors()["payloads"]) {
        const auto command = sign_with_hash(unhex(payload["hex"]));
        EXPECT_EQ(encode(command.value()).value().size(),
                  payload["apdu_length"].get<std::size_t>());
    }
}

TEST(Requests, RefuseMoreDataThanTheAppTakes) {
    EXPECT_TRUE(sign_with_hash(Bytes(235)));
    EXPECT_EQ(sign_with_hash(Bytes(236)).error().code, Errc::message_too_long);
    EXPECT_TRUE(hmac(key_of(Curve::ed25519), Bytes(235 - 17)));
    EXPECT_EQ(hmac(key_of(Curve::ed25519), Bytes(235 - 16)).error().code, Errc::message_too_long);
    EXPECT_EQ(open_app(std::string(236, 'a')).error().code, Errc::message_too_long);
}

// A decoder as "did it accept": to try the same bytes on all of them.
template <class T>
bool malformed(const Result<T>& result) {
    return !result && result.error().code == Errc::malformed_answer;
}

TEST(Answers, AppInfo) {
    const auto data = unhex("010c54657a6f732042616b696e6705322e352e310100");
    EXPECT_EQ(decode_app_info(data).value(), (AppInfo{"Tezos Baking", "2.5.1"}));
    for (std::size_t size = 0; size < data.size(); ++size) {
        EXPECT_TRUE(malformed(decode_app_info(ByteView(data).first(size)))) << size;
    }
    auto other = data;
    other[0] = 2;
    EXPECT_TRUE(malformed(decode_app_info(other)));
    other = data;
    other[2] = 0x07;
    EXPECT_TRUE(malformed(decode_app_info(other)));
    other = data;
    other.push_back(0);
    EXPECT_TRUE(malformed(decode_app_info(other)));
}

TEST(Answers, Version) {
    const auto version = decode_version(unhex("01020501")).value();
    EXPECT_EQ(version, (Version{1, 2, 5, 1}));
    EXPECT_EQ(version.text(), "2.5.1");
    for (const auto* data : {"", "010205", "0102050100"}) {
        EXPECT_TRUE(malformed(decode_version(unhex(data)))) << data;
    }
}

TEST(Answers, Git) {
    EXPECT_EQ(decode_git(unhex("76322e3500")).value(), "v2.5");
    EXPECT_EQ(decode_git(unhex("00")).value(), "");
    for (const auto* data : {"", "76", "7600000076", "760a00", "00ff00"}) {
        EXPECT_TRUE(malformed(decode_git(unhex(data)))) << data;
    }
}

TEST(Answers, PublicKeyLengthCountsTheRest) {
    const auto data = unhex("21021dbfcc527042205a12508a62f37a72080e512c9338a9e7db3adeb6cae73e3ca5");
    EXPECT_EQ(decode_public_key(Curve::ed25519, data).value().hash().text(),
              "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    for (std::size_t size = 0; size < data.size(); ++size) {
        EXPECT_TRUE(malformed(decode_public_key(Curve::ed25519, ByteView(data).first(size))));
    }
    EXPECT_EQ(decode_public_key(Curve::p256, data).error().code, Errc::bad_key);
}

TEST(Answers, AuthorizedPath) {
    EXPECT_EQ(decode_auth_key(unhex(kPathHex)).value(), DerivationPath::tezos_default());
    EXPECT_EQ(decode_auth_key(unhex("00")).value(), std::nullopt);
    for (const auto* data : {"", "01", "0000", "0b", "048000002c", "0180000000ff"}) {
        EXPECT_TRUE(malformed(decode_auth_key(unhex(data)))) << data;
    }
}

TEST(Answers, AuthorizedKeyWithCurve) {
    const auto key = decode_auth_key_with_curve(unhex("02" + std::string(kPathHex))).value();
    EXPECT_EQ(key, key_of(Curve::p256));
    EXPECT_EQ(decode_auth_key_with_curve(unhex("0000")).value(), std::nullopt);
    for (const auto* data : {"", "00", "0001", "000000"}) {
        EXPECT_TRUE(malformed(decode_auth_key_with_curve(unhex(data)))) << data;
    }
    const auto bls = decode_auth_key_with_curve(unhex("04" + std::string(kPathHex)));
    EXPECT_EQ(bls.error().code, Errc::bad_curve);
}

TEST(Answers, Marks) {
    const auto main = decode_main_hwm(unhex("0000006500000002")).value();
    EXPECT_EQ(main, (Mark{Level{101}, Round{2}}));
    const auto data = unhex("000001f4000000030000003200000001af1864d9");
    const auto marks = decode_all_hwm(data).value();
    EXPECT_EQ(marks.main, (Mark{Level{500}, Round{3}}));
    EXPECT_EQ(marks.test, (Mark{Level{50}, Round{1}}));
    EXPECT_EQ(marks.chain, kGhostnet);
    for (std::size_t size = 0; size < data.size(); ++size) {
        EXPECT_TRUE(malformed(decode_all_hwm(ByteView(data).first(size))));
        EXPECT_EQ(malformed(decode_main_hwm(ByteView(data).first(size))), size != 8);
    }
}

TEST(Answers, SignatureWithHashAgreesWithTheVector) {
    const auto answer = decode_answer(unhex(signer_vectors()["hid"]["rsp_data"])).value();
    const auto decoded = decode_signature_with_hash(Curve::ed25519, answer.data).value();
    const auto& sign = signer_vectors()["sign"];
    EXPECT_EQ(to_hex(decoded.digest), sign["digest"].get<std::string>());
    EXPECT_EQ(to_hex(decoded.signature.raw), sign["raw"].get<std::string>());
    for (std::size_t size = 0; size < answer.data.size(); ++size) {
        EXPECT_FALSE(decode_signature_with_hash(Curve::ed25519, ByteView(answer.data).first(size)));
    }
}

TEST(Answers, HmacIs32BytesAndEmptyIsEmpty) {
    EXPECT_TRUE(decode_hmac(Bytes(32)));
    EXPECT_TRUE(malformed(decode_hmac(Bytes(31))));
    EXPECT_TRUE(malformed(decode_hmac(Bytes(33))));
    EXPECT_TRUE(decode_empty({}));
    EXPECT_TRUE(malformed(decode_empty(Bytes(1))));
}

}  // namespace
}  // namespace ledger_bridge::apdu
