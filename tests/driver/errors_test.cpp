#include "driver/errors.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ledger_bridge::driver {
namespace {

TEST(DriverErrors, EveryCodeHasARowInOrder) {
    int value = static_cast<int>(Errc::no_device);
    for (const auto& row : error_rows()) {
        EXPECT_EQ(row.value, value++);
    }
    EXPECT_EQ(value, static_cast<int>(Errc::system) + 1);
}

TEST(DriverErrors, EveryRowSaysWhatHappenedAndWhatToDo) {
    std::set<std::string_view> ids;
    for (const auto& row : error_rows()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_FALSE(row.sentence.empty()) << row.id;
        EXPECT_FALSE(row.advice.empty()) << row.id;
    }
}

TEST(DriverErrors, CodesCompareWithTheirEnumerators) {
    const auto error = fail(Errc::timed_out, "SIGN");
    EXPECT_EQ(error.code, Errc::timed_out);
    EXPECT_NE(error.code, Errc::disconnected);
    EXPECT_EQ(error.id(), "timed_out");
}

}  // namespace
}  // namespace ledger_bridge::driver
