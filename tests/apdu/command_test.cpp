#include "apdu/command.hpp"

#include <gtest/gtest.h>

namespace ledger_bridge::apdu {
namespace {

TEST(Command, IsHeaderLengthData) {
    const Command command{0x80, 0x0f, 0x81, 0x02, {0xaa, 0xbb}};
    EXPECT_EQ(to_hex(encode(command).value()), "800f810202aabb");
    EXPECT_EQ(to_hex(encode(Command{}).value()), "8000000000");
}

TEST(Command, LengthIsOneByte) {
    Command command;
    command.data = Bytes(255);
    EXPECT_EQ(encode(command).value()[4], 255);
    command.data.push_back(0);
    EXPECT_EQ(encode(command).error().code, Errc::message_too_long);
}

TEST(Answer, EndsWithTheStatusWord) {
    const auto answer = decode_answer(Bytes{0x01, 0x02, 0x90, 0x00}).value();
    EXPECT_EQ(to_hex(answer.data), "0102");
    EXPECT_EQ(answer.status, StatusWord::ok);
    EXPECT_EQ(decode_answer(Bytes{0x6f, 0x42}).value().status, StatusWord{0x6f42});
}

TEST(Answer, IsNeverShorterThanAStatusWord) {
    EXPECT_EQ(decode_answer({}).error().code, Errc::malformed_answer);
    EXPECT_EQ(decode_answer(Bytes{0x90}).error().code, Errc::malformed_answer);
}

}  // namespace
}  // namespace ledger_bridge::apdu
