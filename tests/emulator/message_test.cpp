// What the app reads of a message, and what it does not look at.
#include "tools/emulator/app/message.hpp"

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

TEST(BakingMessage, IsReadByItsMagicByte) {
    const auto read = parse_baking_message(block(kMainnet, 12, 3)).value();
    EXPECT_EQ(read.kind, Kind::block);
    EXPECT_EQ(read.chain, kMainnet);
    EXPECT_EQ(read.level, 12U);
    EXPECT_EQ(read.round, 3U);
    EXPECT_EQ(parse_baking_message(preattestation(1, 2, 3)).value().kind, Kind::preattestation);
    EXPECT_EQ(parse_baking_message(attestation(1, 2, 3)).value().kind, Kind::attestation);
    for (unsigned magic = 0; magic < 256; ++magic) {
        auto message = attestation(1, 2, 3);
        message[0] = static_cast<std::uint8_t>(magic);
        EXPECT_EQ(parse_baking_message(message).has_value(), magic == 0x12 || magic == 0x13);
    }
}

TEST(BakingMessage, IsRefusedWhenItEndsBeforeTheLastFieldThatIsRead) {
    const auto vote = attestation(1, 2, 3);
    for (std::size_t size = 0; size < 80; ++size) {
        EXPECT_FALSE(parse_baking_message(ByteView(vote).first(size))) << size;
    }
    const auto header = block(1, 2, 3);
    for (std::size_t size = 0; size <= header.size(); ++size) {
        EXPECT_EQ(parse_baking_message(ByteView(header).first(size)).has_value(), size >= 120);
    }
}

TEST(BakingMessage, MayHaveAnyOperationTagAndTrailingBytes) {
    for (unsigned tag = 0; tag < 256; ++tag) {
        auto vote = attestation(1, 2, 3);
        vote[37] = static_cast<std::uint8_t>(tag);
        vote.resize(80 + tag % 8);
        EXPECT_EQ(parse_baking_message(vote).value().kind, Kind::attestation);
    }
}

TEST(BakingMessage, NeedsAFitnessOfTheKnownSizeAndVersion) {
    for (unsigned size = 0; size < 64; ++size) {
        auto header = block(1, 2, 3);
        header[86] = static_cast<std::uint8_t>(size);
        EXPECT_EQ(parse_baking_message(header).has_value(), size == 33 || size == 37) << size;
    }
    auto other_version = block(1, 2, 3);
    other_version[91] = 1;
    EXPECT_FALSE(parse_baking_message(other_version));
    auto long_version = block(1, 2, 3);
    long_version[90] = 2;
    EXPECT_FALSE(parse_baking_message(long_version));
}

TEST(BakingMessage, HasItsRoundAfterThreeFieldsOfAnySize) {
    ByteWriter header;
    header.u8(0x11).u32(1).u32(2).bytes(Bytes(74, 0)).u32(37).u32(1).u8(2);
    header.u32(0).u32(9).bytes(Bytes(9, 1)).u32(1).u8(1).u32(4).u32(77);
    EXPECT_EQ(parse_baking_message(header.view()).value().round, 77U);
}

TEST(BakingMessage, NeedsARoundOfFourBytes) {
    auto header = block(1, 2, 3);
    header[115] = 3;
    EXPECT_FALSE(parse_baking_message(header));
}

TEST(BakingMessage, TakesItsLevelFromTheHeaderAndNotFromTheFitness) {
    auto header = block(1, 2, 3);
    header[99] = 99;
    EXPECT_EQ(parse_baking_message(header).value().level, 2U);
}

}  // namespace ledger_bridge::emulator
