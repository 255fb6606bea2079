#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "daemon/http/sign_body.hpp"

namespace ledger_bridge::daemon {
namespace {

TEST(SignBody, HexInAJsonString) {
    const auto bytes = parse_sign_body("\"127a06a770\"\n");
    ASSERT_TRUE(bytes);
    EXPECT_EQ(to_hex(*bytes), "127a06a770");
}

TEST(SignBody, BothCasesOfDigits) {
    ASSERT_TRUE(parse_sign_body("\"aBcDeF\""));
    EXPECT_EQ(to_hex(*parse_sign_body("\"aBcDeF\"")), "abcdef");
}

TEST(SignBody, WhiteSpaceAroundTheString) {
    for (const auto* body : {" \"12\"", "\"12\" ", "\r\n\t \"12\"\n\n\t "}) {
        EXPECT_TRUE(parse_sign_body(body)) << body;
    }
}

TEST(SignBody, JsonEscapesAreLegal) {
    const auto bytes = parse_sign_body(R"("\u0031\u0032")");
    ASSERT_TRUE(bytes);
    EXPECT_EQ(to_hex(*bytes), "12");
}

TEST(SignBody, EveryLengthIsReadBack) {
    for (std::size_t size = 1; size <= 300; ++size) {
        const Bytes sent(size, static_cast<std::uint8_t>(size));
        const auto bytes = parse_sign_body('"' + to_hex(sent) + '"');
        ASSERT_TRUE(bytes) << size;
        EXPECT_EQ(*bytes, sent);
    }
}

TEST(SignBody, EverythingElseIsRefused) {
    for (const std::string& body : std::vector<std::string>{"",
                                                            " ",
                                                            "\n",
                                                            "\"\"",
                                                            "\"1\"",
                                                            "\"123\"",
                                                            "\"0x12\"",
                                                            "\"1 2\"",
                                                            "\" 12\"",
                                                            "\"12 \"",
                                                            "\"xy\"",
                                                            "\"12",
                                                            "12\"",
                                                            "12",
                                                            "null",
                                                            "true",
                                                            "1234",
                                                            R"(["12"])",
                                                            R"({"a":"12"})",
                                                            R"("12" "34")",
                                                            "\"12\",",
                                                            "\"12\"x",
                                                            "'12'",
                                                            R"("12\")",
                                                            R"("\u00")",
                                                            R"("\ud800")",
                                                            "\"\xff\xfe\"",
                                                            std::string("\"12\"\0", 5),
                                                            std::string("\0\"12\"", 5),
                                                            "\"1\n2\"",
                                                            "\xef\xbb\xbf\"12\"",
                                                            "/**/\"12\""}) {
        const auto bytes = parse_sign_body(body);
        ASSERT_FALSE(bytes) << body;
        EXPECT_EQ(bytes.error().code, make_error_code(Errc::bad_body)) << body;
    }
}

TEST(SignBody, DeepNestingIsRefusedWithoutBeingBuilt) {
    EXPECT_FALSE(parse_sign_body(std::string(65536, '[')));
    EXPECT_FALSE(parse_sign_body(std::string(32768, '[') + std::string(32768, ']')));
}

}  // namespace
}  // namespace ledger_bridge::daemon
