// The protocol's vectors, whole, cut short, too long, and with each fixed byte altered.

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/payload.hpp"
#include "tests/floor/payload_expectations.hpp"

namespace ledger_bridge::floor {
namespace {

using test::expect_refused;

nlohmann::json vectors() {
    std::ifstream file(TEST_DATA "/signer_vectors.json");
    return nlohmann::json::parse(file, nullptr, false)["payloads"];
}

Kind kind_of_magic(const std::string& magic) {
    return magic == "0x11"   ? Kind::block
           : magic == "0x12" ? Kind::preattestation
                             : Kind::attestation;
}

Bytes bytes_of(const nlohmann::json& vector) {
    return from_hex(vector["hex"].get<std::string>()).value_or(Bytes());
}

bool is_tz4(const nlohmann::json& vector) {
    return vector["key_type"] == "tz4";
}

TEST(Payload, ReadsEveryVector) {
    std::size_t read = 0;
    for (const auto& vector : vectors()) {
        if (is_tz4(vector)) {
            continue;
        }
        SCOPED_TRACE(vector["name"]);
        const auto payload = parse_payload(bytes_of(vector));
        ASSERT_TRUE(payload) << payload.error().detail;
        EXPECT_EQ(payload->kind, kind_of_magic(vector["magic"]));
        EXPECT_EQ(payload->chain.text(), vector["chain_id"]);
        EXPECT_EQ(payload->level.value, vector["level"]);
        EXPECT_EQ(payload->round.value, vector["round"]);
        EXPECT_EQ(to_hex(payload->digest), vector["blake2b256"]);
        ++read;
    }
    EXPECT_EQ(read, 9U);
}

TEST(Payload, RefusesTz4VectorsWithTheReason) {
    std::size_t refused = 0;
    for (const auto& vector : vectors()) {
        if (is_tz4(vector)) {
            SCOPED_TRACE(vector["name"]);
            expect_refused(bytes_of(vector), Errc::tz4_message, {"operation at offset 37", "tz4"});
            ++refused;
        }
    }
    EXPECT_EQ(refused, 2U);
}

// A vote with DAL content stays one as long as a byte of it is left; nothing else survives.
TEST(Payload, RefusesEveryVectorCutShort) {
    for (const auto& vector : vectors()) {
        const auto whole = bytes_of(vector);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const bool with_dal = whole.size() > 80 && whole[0] == 0x13 && whole[37] == 0x17;
            const auto cut =
                Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_EQ(parse_payload(cut).has_value(), with_dal && size > 80)
                << vector["name"] << " cut to " << size;
        }
    }
}

TEST(Payload, RefusesEveryVectorWithAByteTooMany) {
    for (const auto& vector : vectors()) {
        auto longer = bytes_of(vector);
        longer.push_back(0);
        const bool dal = longer[0] == 0x13 && longer[37] == 0x17;
        EXPECT_EQ(parse_payload(longer).has_value(), dal) << vector["name"];
    }
}

// Where a vector's bytes can have one value only, given all the others.
std::vector<std::size_t> fixed_offsets(const Bytes& message) {
    if (message[0] != 0x11) {
        return {0, 37};
    }
    const std::size_t lock = message[86] == 37 ? 4 : 0;
    std::vector<std::size_t> offsets{0, 5, 6, 7, 8, 196 + lock};
    for (std::size_t offset = 83; offset < 104; ++offset) {
        offsets.push_back(offset);
    }
    for (std::size_t byte = 0; byte < 4; ++byte) {
        offsets.push_back(104 + lock + byte);
        offsets.push_back(112 + lock + byte);
    }
    return offsets;
}

TEST(Payload, RefusesEveryOtherValueOfAFixedByteOfEveryVector) {
    for (const auto& vector : vectors()) {
        const auto whole = bytes_of(vector);
        for (const auto offset : fixed_offsets(whole)) {
            for (unsigned change = 1; change <= 0xff; ++change) {
                auto altered = whole;
                altered[offset] = static_cast<std::uint8_t>(altered[offset] ^ change);
                EXPECT_FALSE(parse_payload(altered))
                    << vector["name"] << " offset " << offset << " ^ " << change;
            }
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::floor
