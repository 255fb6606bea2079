// Random and mutated messages: none ends the process, and whatever is accepted reads the same when
// it is read by the offsets of the protocol's tables alone.

#include <random>

#include <gtest/gtest.h>

#include "daemon/floor/payload.hpp"
#include "tests/floor/messages.hpp"
#include "tests/floor/random_seed.hpp"

namespace ledger_bridge::floor {
namespace {

using test::Block;
using test::random_seed;
using test::Vote;
using Random = std::mt19937_64;

constexpr int kRuns = 300'000;

std::size_t below(Random& random, std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

std::uint32_t at(const Bytes& message, std::size_t offset) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value * 256 + message[offset + i];
    }
    return value;
}

bool vote_is_as_the_table_says(const Bytes& message) {
    const auto operation = message[37];
    const bool right =
        message[0] == 0x12 ? operation == 0x14 : operation == 0x15 || operation == 0x17;
    const bool sized =
        operation == 0x17 ? message.size() >= 81 && message.size() <= 235 : message.size() == 80;
    return right && sized;
}

bool block_is_as_the_table_says(const Bytes& message) {
    const auto fitness = at(message, 83);
    const bool locked = fitness == 37;
    const auto after = std::size_t{87} + fitness;
    const bool nonce = message[after + 76] == 0xff;
    return (fitness == 33 || locked) && at(message, 87) == 1 && message[91] == 2 &&
           at(message, 92) == 4 && at(message, 96) == at(message, 5) &&
           at(message, 100) == (locked ? 4U : 0U) &&
           message.size() == 198U + (locked ? 4 : 0) + (nonce ? 32 : 0);
}

// The second reading, by fixed offsets from the start.
void expect_same_numbers(const Bytes& message, const Payload& payload) {
    const bool block = message[0] == 0x11;
    EXPECT_EQ(static_cast<int>(payload.kind), message[0] - 0x11);
    EXPECT_TRUE(block ? block_is_as_the_table_says(message) : vote_is_as_the_table_says(message));
    EXPECT_EQ(Bytes(payload.chain.bytes.begin(), payload.chain.bytes.end()),
              Bytes(message.begin() + 1, message.begin() + 5));
    EXPECT_EQ(payload.level.value, at(message, block ? 5 : 40));
    EXPECT_EQ(payload.round.value, at(message, block ? 83 + std::size_t{at(message, 83)} : 44));
    EXPECT_LT(payload.level.value, 0x40000000U);
    EXPECT_LT(payload.round.value, 0x80000000U);
}

std::uint32_t random_u32(Random& random) {
    const auto number = static_cast<std::uint32_t>(random());
    return number >> below(random, 32);
}

Bytes random_block(Random& random) {
    Block block{.level = random_u32(random), .round = random_u32(random)};
    block.fitness_level = block.level;
    if (below(random, 2) == 0) {
        block.locked_round = random_u32(random);
    }
    block.nonce_hash = below(random, 2) == 0;
    block.nonce_flag = block.nonce_hash ? 0xff : 0x00;
    return block.bytes();
}

Bytes random_vote(Random& random) {
    Vote vote{.level = random_u32(random), .round = random_u32(random)};
    switch (below(random, 3)) {
        case 0:
            vote.magic = 0x12;
            vote.operation = 0x14;
            break;
        case 1:
            vote.operation = 0x17;
            vote.dal = Bytes(1 + below(random, 155), static_cast<std::uint8_t>(random()));
            break;
        default:
            break;
    }
    return vote.bytes();
}

Bytes random_noise(Random& random) {
    Bytes message(below(random, 300));
    for (auto& byte : message) {
        byte = static_cast<std::uint8_t>(random());
    }
    return message;
}

void mutate(Random& random, Bytes& message) {
    for (auto times = below(random, 4); times > 0 && !message.empty(); --times) {
        const auto where = below(random, message.size());
        switch (below(random, 3)) {
            case 0:
                message[where] = static_cast<std::uint8_t>(random());
                break;
            case 1:
                message.resize(where);
                break;
            default:
                message.insert(message.begin() + static_cast<std::ptrdiff_t>(where),
                               static_cast<std::uint8_t>(random()));
                break;
        }
    }
}

TEST(Payload, ReadsRandomMessagesAsTheTablesSay) {
    const auto seed = random_seed();
    SCOPED_TRACE("to repeat: --gtest_random_seed=" + std::to_string(seed));
    Random random(static_cast<std::uint64_t>(seed));
    int accepted = 0;
    for (int run = 0; run < kRuns; ++run) {
        auto message = run % 5 == 0   ? random_noise(random)
                       : run % 2 == 0 ? random_block(random)
                                      : random_vote(random);
        mutate(random, message);
        if (const auto payload = parse_payload(message)) {
            expect_same_numbers(message, *payload);
            ++accepted;
        } else {
            EXPECT_NE(payload.error().detail.find(" at offset "), std::string::npos);
        }
        ASSERT_FALSE(::testing::Test::HasFailure()) << "run " << run << " " << to_hex(message);
    }
    // Both verdicts must be exercised, or the test says nothing.
    EXPECT_GT(accepted, kRuns / 20);
    EXPECT_LT(accepted, kRuns * 19 / 20);
}

}  // namespace
}  // namespace ledger_bridge::floor
