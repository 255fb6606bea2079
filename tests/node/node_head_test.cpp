#include "daemon/node/node_head.hpp"

#include <gtest/gtest.h>

#include "daemon/node/errors.hpp"

namespace ledger_bridge::node {
namespace {

using std::chrono::seconds;

// 2026-01-01T00:00:00Z
constexpr WallTime kNow{seconds{1'767'225'600}};

std::string header(const std::string& timestamp) {
    return R"({"level":5,"chain_id":"NetXdQprcVkpaWU","timestamp":)" + timestamp + "}";
}

seconds age(const std::string& timestamp) {
    const auto head = parse_head(header(timestamp), kNow);
    return head ? head->age : seconds{-1};
}

TEST(NodeHead, IsLevelChainAndAge) {
    const auto head = parse_head(header("\"2025-12-31T23:58:30Z\""), kNow);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->level, apdu::Level{5});
    EXPECT_EQ(head->chain, apdu::kMainnet);
    EXPECT_EQ(head->age, seconds{90});
}

TEST(NodeHead, WithoutATimeThatCanBeReadItIsNew) {
    for (const auto* text : {"\"yesterday\"", "5", "null", "\"\"", "\"2026-13-01T00:00:00Z\""}) {
        EXPECT_EQ(age(text), seconds{0}) << text;
    }
    EXPECT_EQ(age("\"2026-01-01T00:00:09Z\""), seconds{0}) << "the clocks differ";
}

TEST(NodeHead, BearsTheFarEndsOfTime) {
    EXPECT_EQ(age("\"9999-12-31T23:59:59Z\""), seconds{0});
    EXPECT_EQ(age("\"1026-01-01T00:00:00Z\"").count(), 31'556'995'200);
}

TEST(NodeHead, RefusesWhatIsNone) {
    for (const auto* text : {"",
                             "{",
                             "[]",
                             "{}",
                             R"({"level":5})",
                             R"({"level":-5,"chain_id":"NetXdQprcVkpaWU"})",
                             R"({"level":1073741824,"chain_id":"NetXdQprcVkpaWU"})",
                             R"({"level":5,"chain_id":"any"})",
                             R"({"level":5,"chain_id":"NetXoops"})"}) {
        const auto head = parse_head(text, kNow);
        ASSERT_FALSE(head) << text;
        EXPECT_EQ(head.error().code, make_error_code(Errc::node_bad_answer)) << text;
    }
}

}  // namespace
}  // namespace ledger_bridge::node
