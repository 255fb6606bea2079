#include <array>

#include <gtest/gtest.h>

#include "driver/base/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge {
namespace {

constexpr std::array<ErrorRow, 2> kRows{{
    {1, "too_hot", "the tea is too hot", "wait"},
    {2, "no_advice", "the tea is cold", ""},
}};

const ErrorCategory& category() {
    static const ErrorCategory instance("tea", kRows);
    return instance;
}

TEST(Error, TextHasSentenceReasonAndAdvice) {
    EXPECT_EQ((Error{{1, category()}, "96 degrees"}).text(),
              "the tea is too hot (96 degrees); wait");
    EXPECT_EQ((Error{{1, category()}, ""}).text(), "the tea is too hot; wait");
    EXPECT_EQ((Error{{2, category()}, ""}).text(), "the tea is cold");
}

TEST(Error, IdIsTheRowsOrTheNumber) {
    EXPECT_EQ((Error{{1, category()}, ""}).id(), "too_hot");
    EXPECT_EQ((Error{{7, category()}, ""}).id(), "tea_7");
    const auto foreign = make_error_code(boost::system::errc::permission_denied);
    EXPECT_EQ((Error{foreign, ""}).id(), "generic_13");
}

TEST(Error, KeepsTheNumberOfAnUnknownCode) {
    EXPECT_EQ(category().message(7), "unknown code 7");
    EXPECT_EQ(error_row({7, category()}), nullptr);
    EXPECT_EQ(error_row(make_error_code(boost::system::errc::io_error)), nullptr);
}

TEST(Result, HoldsEither) {
    const Result<int> good = 5;
    const Result<int> bad = Error{{1, category()}, "why"};
    EXPECT_TRUE(good);
    EXPECT_EQ(*good, 5);
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.error().detail, "why");
    EXPECT_TRUE(Result<void>{});
}

}  // namespace
}  // namespace ledger_bridge
