#include "apdu/base58.hpp"

#include <random>

#include <gtest/gtest.h>

namespace ledger_bridge::apdu {
namespace {

const Bytes kTz1Prefix{0x06, 0xa1, 0x9f};

TEST(Base58Check, RoundTripsEverySize) {
    std::mt19937 random(1);
    for (std::size_t size = 0; size <= 100; ++size) {
        for (const std::size_t prefix_size : {0U, 3U, 5U}) {
            Bytes prefix(prefix_size);
            Bytes payload(size);
            std::generate(prefix.begin(), prefix.end(), [&random] { return random() % 3; });
            std::generate(payload.begin(), payload.end(), [&random] { return random() % 256; });
            const auto text = base58check_encode(prefix, payload);
            const auto decoded = base58check_decode(text, prefix, size);
            ASSERT_TRUE(decoded) << text;
            EXPECT_EQ(*decoded, payload);
        }
    }
}

// Published in Bitcoin's documentation of the encoding: version 0 and an all-zero hash.
TEST(Base58Check, LeadingZerosAreOnes) {
    const Bytes zeros(20);
    EXPECT_EQ(base58check_encode(Bytes{0}, zeros), "1111111111111111111114oLvT2");
    EXPECT_EQ(base58check_decode("1111111111111111111114oLvT2", Bytes{0}, 20).value(), zeros);
}

TEST(Base58Check, RejectsEverySingleChangedCharacter) {
    const std::string good = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx";
    ASSERT_TRUE(base58check_decode(good, kTz1Prefix, 20));
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int letter = 0; letter < 256; ++letter) {
            auto bad = good;
            bad[i] = static_cast<char>(letter);
            if (bad == good) {
                continue;
            }
            const auto decoded = base58check_decode(bad, kTz1Prefix, 20);
            ASSERT_FALSE(decoded) << bad;
            EXPECT_EQ(decoded.error().code, Errc::bad_base58);
        }
    }
}

TEST(Base58Check, RejectsOtherLengths) {
    const std::string good = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx";
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(base58check_decode(good.substr(0, size), kTz1Prefix, 20));
    }
    for (const auto& bad : {good + "1", "1" + good, good + good, std::string(100000, 'z')}) {
        EXPECT_FALSE(base58check_decode(bad, kTz1Prefix, 20));
    }
    EXPECT_FALSE(base58check_decode(good, kTz1Prefix, 19));
    EXPECT_FALSE(base58check_decode(good, kTz1Prefix, 21));
}

TEST(Base58Check, RejectsAnotherPrefix) {
    const Bytes tz2_prefix{0x06, 0xa1, 0xa1};
    EXPECT_FALSE(base58check_decode("tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx", tz2_prefix, 20));
}

}  // namespace
}  // namespace ledger_bridge::apdu
