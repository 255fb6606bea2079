#include "daemon/floor/payload.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "tests/floor/messages.hpp"
#include "tests/floor/payload_expectations.hpp"

namespace ledger_bridge::floor {
namespace {

using test::Block;
using test::expect_read;
using test::expect_refused;
using test::Vote;

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

// octez-signer's, which scripts match at the beginning.
TEST(Payload, FirstSaysWhatItCannotReadInTheUsualWords) {
    const std::vector<std::pair<Bytes, std::string>> cases{
        {{0x11}, "byte sequence too short to be a block: chain id"},
        {Bytes(8, 0x13), "byte sequence too short to be a block: branch"},
        {Bytes(9, 0x11), "Failed to retrieve level and round of block: "},
        {Bytes(60, 0x12), "Failed to retrieve level and round of preattestation: operation"},
        {Bytes(60, 0x13), "Failed to retrieve level and round of attestation: operation"}};
    for (const auto& [message, words] : cases) {
        const auto read = parse_payload(message);
        ASSERT_FALSE(read);
        EXPECT_TRUE(read.error().detail.starts_with(words)) << read.error().detail;
    }
    const auto tz4 = parse_payload(Vote{.magic = 0x13, .operation = 0x29}.bytes());
    ASSERT_FALSE(tz4);
    EXPECT_TRUE(tz4.error().detail.starts_with("operation")) << "it can be read";
}

bool is_operation_of(unsigned magic, unsigned operation) {
    return magic == 0x12 ? operation == 0x14 : operation == 0x15 || operation == 0x17;
}

void expect_operation(unsigned magic, unsigned operation) {
    const Vote vote{.magic = static_cast<std::uint8_t>(magic),
                    .operation = static_cast<std::uint8_t>(operation),
                    .dal = Bytes(operation == 0x17 ? 1 : 0, 0x55)};
    if (is_operation_of(magic, operation)) {
        EXPECT_TRUE(parse_payload(vote.bytes())) << magic << " " << operation;
        return;
    }
    const bool tz4 = operation == 0x28 || operation == 0x29;
    expect_refused(vote.bytes(),
                   tz4 ? Errc::tz4_message : Errc::bad_message,
                   {"operation at offset 37", "0x" + to_hex(Bytes{vote.operation})});
}

TEST(Payload, AcceptsEveryOperationUnderItsMagicByteOnly) {
    for (unsigned magic = 0x12; magic <= 0x13; ++magic) {
        for (unsigned operation = 0; operation <= 0xff; ++operation) {
            expect_operation(magic, operation);
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
