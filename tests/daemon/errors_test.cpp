#include "daemon/errors.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ledger_bridge::daemon {
namespace {

TEST(DaemonErrors, EveryCodeHasARowInOrder) {
    const auto rows = error_rows();
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(Errc::internal));
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].value, static_cast<int>(i) + 1);
        EXPECT_FALSE(rows[i].sentence.empty()) << rows[i].id;
        EXPECT_FALSE(rows[i].advice.empty()) << rows[i].id;
        ids.insert(rows[i].id);
    }
    EXPECT_EQ(ids.size(), rows.size());
}

TEST(DaemonErrors, TextSaysWhatWhyAndWhatToDo) {
    EXPECT_EQ(fail(Errc::bad_option, "--http: 'x'").text(),
              "wrong option (--http: 'x'); see ledger-bridged --help");
}

TEST(DaemonErrors, MagicBytesHaveTwoDigits) {
    EXPECT_EQ(magic_byte_error(0x04).detail, "magic byte 0x04 not allowed");
    EXPECT_EQ(magic_byte_error(0xff).detail, "magic byte 0xff not allowed");
}

}  // namespace
}  // namespace ledger_bridge::daemon
