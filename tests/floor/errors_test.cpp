#include "daemon/floor/errors.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace ledger_bridge::floor {
namespace {

TEST(FloorErrors, EveryCodeHasAUniqueIdASentenceAndACure) {
    std::set<std::string_view> ids;
    for (auto value = 1; value <= static_cast<int>(Errc::bad_setup); ++value) {
        const auto* row = error_row(make_error_code(static_cast<Errc>(value)));
        ASSERT_NE(row, nullptr) << value;
        EXPECT_TRUE(ids.insert(row->id).second) << row->id;
        EXPECT_FALSE(row->sentence.empty()) << row->id;
        EXPECT_FALSE(row->advice.empty()) << row->id;
    }
}

TEST(FloorErrors, HasNoCodeBesidesTheEnumerators) {
    const auto last = static_cast<int>(Errc::bad_setup);
    for (const auto value : {0, last + 1}) {
        EXPECT_EQ(error_row(make_error_code(static_cast<Errc>(value))), nullptr) << value;
    }
}

}  // namespace
}  // namespace ledger_bridge::floor
