// What a test of the parser expects of one message.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/payload.hpp"

namespace ledger_bridge::floor::test {

// Accepted, with the numbers that were put in; the digest is that of the whole message.
inline void expect_read(const Bytes& message, Kind kind, std::uint32_t level, std::uint32_t round) {
    const auto payload = parse_payload(message);
    ASSERT_TRUE(payload) << payload.error().detail;
    EXPECT_EQ(payload->kind, kind);
    EXPECT_EQ(payload->level.value, level);
    EXPECT_EQ(payload->round.value, round);
    EXPECT_EQ(payload->digest, apdu::blake2b_256(message));
}

// Refused with this code, and with a detail that contains every one of these words.
inline void expect_refused(const Bytes& message, Errc code, const std::vector<std::string>& words) {
    const auto payload = parse_payload(message);
    ASSERT_FALSE(payload) << to_hex(message);
    EXPECT_EQ(payload.error().code, make_error_code(code)) << payload.error().detail;
    for (const auto& word : words) {
        EXPECT_NE(payload.error().detail.find(word), std::string::npos)
            << "\"" << word << "\" is not in: " << payload.error().detail;
    }
}

}  // namespace ledger_bridge::floor::test
