// Which manager operation is a reveal of the key: exactly one, by it and of it.
#include "daemon/floor/reveal.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {
namespace {

constexpr std::size_t kSource = 34;
constexpr std::size_t kNumbers = 55;

// The device signed this one when it was recorded.
const Bytes& recorded() {
    static const auto message = [] {
        std::ifstream file(std::string(TEST_DATA) + "/transcripts/c_manager_ed25519_2.5.1.json");
        for (const auto& exchange : nlohmann::json::parse(file)) {
            if (exchange.at("name") == "reveal") {
                const auto apdu = *from_hex(exchange.at("apdu").get<std::string>());
                return Bytes(apdu.begin() + 5, apdu.end());  // after the APDU's header
            }
        }
        return Bytes();
    }();
    return message;
}

// Whose public key the recording ends with.
apdu::KeyHash key() {
    const ByteView message(recorded());
    return apdu::public_key_from_raw(apdu::KeyKind::tz1, message.last(32))->hash();
}

bool accepted(const Bytes& message, const apdu::KeyHash& by = key()) {
    const auto digest = parse_reveal(message, by);
    EXPECT_TRUE(digest || digest.error().code == make_error_code(Errc::bad_message));
    EXPECT_TRUE(!digest || *digest == apdu::blake2b_256(message));
    return digest.has_value();
}

Bytes with_numbers(const Bytes& numbers) {
    const auto& whole = recorded();
    Bytes message(whole.begin(), whole.begin() + kNumbers);
    message.insert(message.end(), numbers.begin(), numbers.end());
    message.insert(message.end(), whole.end() - 33, whole.end());
    return message;
}

TEST(RevealTest, WhatTheDeviceSignedIsOne) {
    ASSERT_EQ(recorded().size(), 94U);
    EXPECT_TRUE(accepted(recorded()));
    auto newer = recorded();
    newer.push_back(0);
    EXPECT_TRUE(accepted(newer));
}

// Bytes of the branch and the numbers may be others; those of the key may not.
TEST(RevealTest, AnyOtherByteCountsWhereItMatters) {
    for (std::size_t offset = 0; offset < recorded().size(); ++offset) {
        for (unsigned flip = 1; flip < 256; ++flip) {
            auto altered = recorded();
            altered[offset] = static_cast<std::uint8_t>(altered[offset] ^ flip);
            const bool branch = offset >= 1 && offset < 33;
            const bool number = offset >= kNumbers && offset < recorded().size() - 33;
            if (branch) {
                EXPECT_TRUE(accepted(altered)) << offset;
            } else if (!number) {
                EXPECT_FALSE(accepted(altered)) << offset << " " << flip;
            }
        }
    }
}

TEST(RevealTest, NothingIsMissingAndNothingFollows) {
    for (std::size_t size = 0; size < recorded().size(); ++size) {
        EXPECT_FALSE(
            accepted(Bytes(recorded().begin(), recorded().begin() + std::ptrdiff_t(size))));
    }
    for (const auto& more : {Bytes{0xff}, Bytes{1}, Bytes{0, 0}, Bytes{0x6b}}) {
        auto longer = recorded();
        longer.insert(longer.end(), more.begin(), more.end());
        EXPECT_FALSE(accepted(longer)) << to_hex(more);
    }
    auto twice = recorded();
    twice.insert(twice.end(), recorded().begin() + 33, recorded().end());
    EXPECT_FALSE(accepted(twice));
}

TEST(RevealTest, NumbersHaveOneToTenBytes) {
    const Bytes longest{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
    const Bytes highest_fee{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    EXPECT_TRUE(accepted(with_numbers({0, 0, 0, 0})));
    EXPECT_FALSE(accepted(with_numbers({0, 0, 0})));
    for (int number = 0; number < 4; ++number) {
        Bytes fits;
        Bytes too_long;
        for (int at = 0; at < 4; ++at) {
            auto bytes = at != number ? Bytes{1} : at == 0 ? highest_fee : longest;
            fits.insert(fits.end(), bytes.begin(), bytes.end());
            if (at == number) {
                bytes.insert(bytes.begin(), 0xff);
            }
            too_long.insert(too_long.end(), bytes.begin(), bytes.end());
        }
        EXPECT_TRUE(accepted(with_numbers(fits)));
        EXPECT_FALSE(accepted(with_numbers(too_long)));
    }
}

TEST(RevealTest, IsOfNoOtherKey) {
    auto other = key();
    other.hash[7] ^= 1U;
    EXPECT_FALSE(accepted(recorded(), other));
    other = key();
    other.kind = apdu::KeyKind::tz2;
    EXPECT_FALSE(accepted(recorded(), other));
    // Its source says so and its key does not.
    auto claimed = recorded();
    claimed[kSource + 1] ^= 1U;
    auto claimant = key();
    claimant.hash[0] ^= 1U;
    EXPECT_FALSE(accepted(claimed, claimant));
}

}  // namespace
}  // namespace ledger_bridge::floor
