#include "daemon/floor/payload.hpp"

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/floor/errors.hpp"
#include "tests/floor/messages.hpp"

namespace ledger_bridge::floor {
namespace {

using test::Block;
using test::Vote;

// Accepted, with the numbers that were put in; the digest is that of the whole message.
void expect_read(const Bytes& message, Kind kind, std::uint32_t level, std::uint32_t round) {
    const auto payload = parse_payload(message);
    ASSERT_TRUE(payload) << payload.error().detail;
    EXPECT_EQ(payload->kind, kind);
    EXPECT_EQ(payload->level.value, level);
    EXPECT_EQ(payload->round.value, round);
    EXPECT_EQ(payload->digest, apdu::blake2b_256(message));
}

// Refused with this code, and with a detail that contains every one of these words.
void expect_refused(const Bytes& message, Errc code, const std::vector<std::string>& words) {
    const auto payload = parse_payload(message);
    ASSERT_FALSE(payload) << to_hex(message);
    EXPECT_EQ(payload.error().code, make_error_code(code)) << payload.error().detail;
    for (const auto& word : words) {
        EXPECT_NE(payload.error().detail.find(word), std::string::npos)
            << "\"" << word << "\" is not in: " << payload.error().detail;
    }
}

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

TEST(Payload, NamesTheMagicByteItDoesNotKnow) {
    for (unsigned magic = 0; magic <= 0xff; ++magic) {
        if (magic >= 0x11 && magic <= 0x13) {
            continue;
        }
        Vote vote;
        vote.magic = static_cast<std::uint8_t>(magic);
        const auto hex = "0x" + to_hex(Bytes{vote.magic});
        expect_refused(vote.bytes(),
                       Errc::bad_message,
                       {"magic byte at offset 0", "found " + hex, "0x11 or 0x12 or 0x13"});
    }
}

TEST(Payload, SaysThatAnEmptyMessageHasNoMagicByte) {
    expect_refused(
        {}, Errc::bad_message, {"magic byte at offset 0", "found 0 bytes", "expected 1"});
}

TEST(Payload, AcceptsEveryOperationUnderItsMagicByteOnly) {
    for (unsigned magic = 0x12; magic <= 0x13; ++magic) {
        for (unsigned operation = 0; operation <= 0xff; ++operation) {
            Vote vote{.magic = static_cast<std::uint8_t>(magic),
                      .operation = static_cast<std::uint8_t>(operation)};
            vote.dal = Bytes(operation == 0x17 ? 1 : 0, 0x55);
            const bool right =
                magic == 0x12 ? operation == 0x14 : operation == 0x15 || operation == 0x17;
            const auto payload = parse_payload(vote.bytes());
            EXPECT_EQ(payload.has_value(), right) << magic << " " << operation;
            if (!right) {
                expect_refused(
                    vote.bytes(),
                    operation == 0x28 || operation == 0x29 ? Errc::tz4_message : Errc::bad_message,
                    {"operation at offset 37", "0x" + to_hex(Bytes{vote.operation})});
            }
        }
    }
}

TEST(Payload, AcceptsOneTo155BytesOfAnyDalContent) {
    for (std::size_t size = 0; size <= 200; ++size) {
        for (const auto filler : Bytes{0x00, 0x7f, 0x80, 0xff}) {
            const auto message = Vote{.operation = 0x17, .dal = Bytes(size, filler)}.bytes();
            if (size >= 1 && size <= 155) {
                expect_read(message, Kind::attestation, 12345678, 1);
            } else {
                expect_refused(message,
                               Errc::bad_message,
                               {"DAL content at offset 80",
                                "found " + std::to_string(size) + " bytes",
                                "1 to 155"});
            }
        }
    }
}

TEST(Payload, RefusesDalContentInVotesWithoutIt) {
    expect_refused(Vote{.dal = Bytes(1, 0)}.bytes(),
                   Errc::bad_message,
                   {"end of the vote at offset 80", "found 1 bytes", "expected 0"});
}

TEST(Payload, AcceptsLevelsBelowTheLimitOfTheDevice) {
    for (const std::uint32_t level : {0U, 1U, 0x3fffffffU}) {
        expect_read(Vote{.level = level}.bytes(), Kind::attestation, level, 1);
        expect_read(Block{.level = level, .fitness_level = level}.bytes(), Kind::block, level, 0);
    }
}

TEST(Payload, RefusesLevelsThatTheDeviceRefuses) {
    for (const std::uint32_t level : {0x40000000U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        expect_refused(Vote{.level = level}.bytes(),
                       Errc::level_out_of_range,
                       {"level at offset 40", std::to_string(level), "less than 1073741824"});
        expect_refused(Block{.level = level, .fitness_level = level}.bytes(),
                       Errc::level_out_of_range,
                       {"level at offset 5", std::to_string(level), "less than 1073741824"});
    }
}

TEST(Payload, RefusesNegativeRounds) {
    for (const std::uint32_t round : {0x80000000U, 0xffffffffU}) {
        const auto found = "found " + std::to_string(round);
        expect_refused(
            Vote{.round = round}.bytes(), Errc::bad_message, {"round at offset 44", found});
        expect_refused(
            Block{.round = round}.bytes(), Errc::bad_message, {"round at offset 116", found});
        expect_refused(Block{.locked_round = 0, .round = round}.bytes(),
                       Errc::bad_message,
                       {"round at offset 120", found});
        expect_refused(Block{.locked_round = round}.bytes(),
                       Errc::bad_message,
                       {"locked round at offset 104", found});
        expect_refused(Block{.payload_round = round}.bytes(),
                       Errc::bad_message,
                       {"payload round at offset 184", found});
    }
}

TEST(Payload, AcceptsTheFourSizesOfABlock) {
    for (const bool locked : {false, true}) {
        for (const bool nonce : {false, true}) {
            Block block{.round = 7, .nonce_flag = nonce ? std::uint8_t{0xff} : std::uint8_t{0}};
            block.nonce_hash = nonce;
            if (locked) {
                block.locked_round = 0x7fffffff;
            }
            EXPECT_EQ(block.bytes().size(), 198U + (locked ? 4 : 0) + (nonce ? 32 : 0));
            expect_read(block.bytes(), Kind::block, 12345678, 7);
        }
    }
}

struct Fault {
    std::function<void(Block&)> make;
    std::string field;  // as the refusal must name it
};

TEST(Payload, NamesEveryInconsistentFieldOfABlock) {
    const std::vector<Fault> faults{
        {[](Block& b) { b.fitness_size = 32; }, "fitness size at offset 83: found 32, expected 33"},
        {[](Block& b) { b.fitness_size = 37; }, "size of the locked round at offset 100: found 0"},
        {[](Block& b) { b.version_size = 2; }, "size of the fitness version at offset 87: found 2"},
        {[](Block& b) { b.version = 1; }, "fitness version at offset 91: found 0x01"},
        {[](Block& b) { b.fitness_level_size = 8; },
         "size of the fitness level at offset 92: found 8"},
        {[](Block& b) { b.fitness_level = 12345679; },
         "fitness level at offset 96: found 12345679, expected 12345678"},
        {[](Block& b) { b.locked_round_size = 4; },
         "size of the locked round at offset 100: found 4, expected 0"},
        {[](Block& b) { b.predecessor_round_size = 0; },
         "size of the predecessor round at offset 104: found 0, expected 4"},
        {[](Block& b) { b.round_size = 3; }, "size of the round at offset 112: found 3"},
        {[](Block& b) { b.nonce_flag = 1; },
         "seed nonce flag at offset 196: found 0x01, expected 0x00 or 0xff"},
        {[](Block& b) { b.nonce_flag = 0xff; }, "seed nonce hash at offset 197: found 1 bytes"},
        {[](Block& b) { b.nonce_hash = true; },
         "end of the block header at offset 198: found 32 bytes, expected 0"},
    };
    for (const auto& fault : faults) {
        Block block;
        fault.make(block);
        expect_refused(block.bytes(), Errc::bad_message, {fault.field});
    }
}

TEST(Payload, NamesTheKindsAsOctezDoes) {
    EXPECT_EQ(kind_name(Kind::block), "block");
    EXPECT_EQ(kind_name(Kind::preattestation), "preattestation");
    EXPECT_EQ(kind_name(Kind::attestation), "attestation");
}

}  // namespace
}  // namespace ledger_bridge::floor
