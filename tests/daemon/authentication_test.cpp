// Who may ask: the files that say so, the vector of a signed request, and each way to be nobody.
#include "daemon/authentication.hpp"

#include <chrono>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apdu/digest.hpp"
#include "daemon/authorized_keys.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr auto* kSecp256k1 = "sppk7ZntgM6x2Z3MyxARtAJXLF6d74nLApU5Awt9nsFjJZFqaRFddqG";

const nlohmann::json& vectors() {
    static const auto all = nlohmann::json::parse(std::ifstream(TEST_DATA "/signer_vectors.json"));
    return all;
}

std::string client_key() {
    return vectors().at("keys").at("auth").at("pk");
}

apdu::KeyHash target() {
    return *apdu::parse_key_hash(vectors().at("keys").at("baking").at("pkh").get<std::string>());
}

Bytes message() {
    return *from_hex(vectors().at("auth").at("data").get<std::string>());
}

Credential credential() {
    return Credential(
        apdu::parse_signature(vectors().at("auth").at("signature").get<std::string>()));
}

class AuthenticationTest : public testing::Test {
protected:
    // Each text is a later version of the file, however coarse the clock of the file system is.
    void write(const std::string& text) {
        std::ofstream(file_) << text;
        time_ += std::chrono::seconds{2};
        std::filesystem::last_write_time(file_, time_);
    }

    Result<apdu::KeyHash> check(Authentication& authentication, const Credential& shown) {
        return authentication.check(target(), message(), shown);
    }

    std::filesystem::path file_ = testing::TempDir() + "authorized-keys-" +
                                  testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::file_time_type time_ = std::filesystem::file_time_type::clock::now();
};

TEST_F(AuthenticationTest, WhatIsSignedIsTheVector) {
    const auto request = signed_request(target(), message());
    EXPECT_EQ(to_hex(request), vectors().at("auth").at("to_sign").get<std::string>());
    EXPECT_EQ(to_hex(apdu::blake2b_256(request)),
              vectors().at("auth").at("digest").get<std::string>());
}

TEST_F(AuthenticationTest, TheOwnerOfAKeyInTheFileMayAsk) {
    write(std::string(kSecp256k1) + "\n" + client_key() + "\n");
    auto authentication = Authentication::open(file_);
    ASSERT_TRUE(authentication) << authentication.error().text();
    EXPECT_TRUE(check(*authentication, credential()));
    EXPECT_TRUE(check(*authentication, credential())) << "a replay is the same request";
    EXPECT_EQ(authentication->key_hashes().size(), 2U);
}

TEST_F(AuthenticationTest, NobodyElseMay) {
    write(client_key());
    auto authentication = Authentication::open(file_);
    EXPECT_EQ(check(*authentication, std::nullopt).error().code,
              make_error_code(Errc::authentication_missing));
    EXPECT_EQ(check(*authentication, Credential(fail(apdu::Errc::bad_signature))).error().code,
              make_error_code(Errc::authentication_invalid));
    for (std::size_t i = 0; i < 64; ++i) {
        auto wrong = **credential();
        wrong.raw.at(i) ^= 1;
        EXPECT_FALSE(check(*authentication, Credential(wrong))) << i;
    }
    auto other_message = message();
    other_message.back() ^= 1;
    EXPECT_FALSE(authentication->check(target(), other_message, credential()));
    auto other_key = target();
    other_key.hash.front() ^= 1;
    EXPECT_FALSE(authentication->check(other_key, message(), credential()));
}

TEST_F(AuthenticationTest, AChangedFileCountsAtOnce) {
    write(client_key());
    auto authentication = Authentication::open(file_);
    write(kSecp256k1);
    EXPECT_FALSE(check(*authentication, credential()));
    write(client_key() + "\n" + kSecp256k1);
    EXPECT_TRUE(check(*authentication, credential()));
}

TEST_F(AuthenticationTest, AFileInItsPlaceCountsThoughSizeAndTimeAreTheSame) {
    const auto same_size = [](const std::string& key) {
        return key + std::string(99 - key.size(), '\n');
    };
    write(same_size(client_key()));
    auto authentication = Authentication::open(file_);
    ASSERT_TRUE(check(*authentication, credential()));
    const auto other = file_.string() + "-other";
    std::ofstream(other) << same_size(kSecp256k1);
    std::filesystem::last_write_time(other, time_);
    std::filesystem::rename(other, file_);
    ASSERT_EQ(std::filesystem::last_write_time(file_), time_);
    EXPECT_FALSE(check(*authentication, credential()));
}

TEST_F(AuthenticationTest, AFileThatCannotBeUsedChangesNothing) {
    write(client_key());
    auto authentication = Authentication::open(file_);
    for (const auto* const text : {"", "\n", "edpk", "[{]", "["}) {
        write(text);
        EXPECT_TRUE(check(*authentication, credential())) << text;
    }
    std::filesystem::remove(file_);
    EXPECT_TRUE(check(*authentication, credential()));
}

TEST_F(AuthenticationTest, AFileThatNamesNobodyLetsNobodyAsk) {
    write(client_key());
    auto authentication = Authentication::open(file_);
    for (const auto* const text : {"# nobody", " [ ]\n", "#\n\n"}) {
        write(text);
        EXPECT_FALSE(check(*authentication, credential())) << text;
        EXPECT_FALSE(Authentication::open(file_)) << "a start with it is a mistake: " << text;
        write(client_key());
        EXPECT_TRUE(check(*authentication, credential())) << text;
    }
}

TEST_F(AuthenticationTest, WithoutAUsableFileItDoesNotOpen) {
    const auto missing = Authentication::open(file_ / "none");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, make_error_code(Errc::bad_authorized_keys));
    EXPECT_NE(missing.error().detail.find("none"), std::string::npos);
}

TEST(AuthorizedKeys, AreLinesOrOctezsFile) {
    const auto lines = parse_authorized_keys("# bakers\n\n  " + client_key() + "  # the first\n" +
                                             kSecp256k1 + "\r\n");
    ASSERT_TRUE(lines) << lines.error().text();
    EXPECT_EQ(lines->size(), 2U);
    EXPECT_EQ(lines->back().text(), kSecp256k1);
    const auto wallet =
        parse_authorized_keys(R"( [ {"name":"baker","value":")" + client_key() +
                              R"("}, {"name":"two","value":")" + kSecp256k1 + R"("} ] )");
    ASSERT_TRUE(wallet) << wallet.error().text();
    EXPECT_EQ(*wallet, *lines);
}

TEST(AuthorizedKeys, WhatIsNoneIsNamedWithItsPlace) {
    for (const auto& [text, place] : {std::pair("", "no key"),
                                      std::pair("# edpk\n", "no key"),
                                      std::pair("\ntz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx", "line 2"),
                                      std::pair("[]", "no key"),
                                      std::pair("[", "JSON"),
                                      std::pair("[1]", "entry 1"),
                                      std::pair(R"([{"name":"a"}])", "entry 1"),
                                      std::pair(R"([{"name":"a","value":7}])", "entry 1"),
                                      std::pair(R"([{"name":"a","value":"edpk"}])", "entry 1")}) {
        const auto keys = parse_authorized_keys(text);
        ASSERT_FALSE(keys) << text;
        EXPECT_EQ(keys.error().code, make_error_code(Errc::bad_authorized_keys));
        EXPECT_NE(keys.error().detail.find(place), std::string::npos) << keys.error().text();
    }
}

}  // namespace
}  // namespace ledger_bridge::daemon
