#include "driver/base/bytes.hpp"

#include <array>

#include <gtest/gtest.h>

namespace ledger_bridge {
namespace {

TEST(Hex, RoundTripsEveryByte) {
    for (unsigned value = 0; value < 256; ++value) {
        const Bytes bytes{static_cast<std::uint8_t>(value), 0x00};
        EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    }
}

TEST(Hex, ReadsBothCases) {
    EXPECT_EQ(from_hex("aBCdEF09"), (Bytes{0xab, 0xcd, 0xef, 0x09}));
    EXPECT_EQ(to_hex(Bytes{0xab, 0xcd, 0xef, 0x09}), "abcdef09");
    EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RejectsWhatIsNoHex) {
    for (const auto* text : {"a", "abc", "0g", "g0", " 0", "0x10", "-1", "/0", ":0", "@a", "`a"}) {
        EXPECT_EQ(from_hex(text), std::nullopt) << text;
    }
}

TEST(ByteReader, ReadsBigEndian) {
    const Bytes bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u8(), 0x01U);
    EXPECT_EQ(reader.u16(), 0x0203U);
    EXPECT_EQ(reader.u32(), 0x04050607U);
    EXPECT_EQ(reader.u64(), 0x08090a0b0c0d0e0fU);
    EXPECT_FALSE(reader.complete());
    EXPECT_EQ(reader.rest().size(), 1U);
    EXPECT_TRUE(reader.complete());
}

TEST(ByteReader, StaysFailedAfterOneReadPastTheEnd) {
    const Bytes bytes{1, 2, 3};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.u8(), 0U);
    EXPECT_TRUE(reader.bytes(1).empty());
    EXPECT_FALSE(reader.complete());
}

TEST(ByteReader, TakesExactlyTheRest) {
    const Bytes bytes{1, 2, 3};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.bytes(3).size(), 3U);
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(reader.bytes(0).size(), 0U);
    EXPECT_TRUE(reader.complete());
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
    ByteWriter writer;
    writer.u8(0xff).u16(0xfffe).u32(0xfffefdfc).bytes(Bytes{7, 8});
    ByteReader reader(writer.view());
    EXPECT_EQ(reader.u8(), 0xffU);
    EXPECT_EQ(reader.u16(), 0xfffeU);
    EXPECT_EQ(reader.u32(), 0xfffefdfcU);
    EXPECT_EQ(to_hex(reader.rest()), "0708");
    EXPECT_TRUE(reader.complete());
}

TEST(AsBytes, IsTheTextWithoutTerminator) {
    EXPECT_EQ(to_hex(as_bytes("Az")), "417a");
    EXPECT_TRUE(as_bytes("").empty());
}

}  // namespace
}  // namespace ledger_bridge
