#include "daemon/store_watch.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/watch_test.hpp"

namespace ledger_bridge::daemon {
namespace {

class StoreWatchTest : public test::WatchTest {
protected:
    StoreWatch watch_{metrics_, clock_};
};

TEST_F(StoreWatchTest, SaysNothingOfAStoreThatWorks) {
    watch_.look("ok");
    watch_.look("ok");
    EXPECT_EQ(lines(""), 0);
    EXPECT_TRUE(measured("store_ready 1"));
    EXPECT_TRUE(measured("store_failures_total 0"));
}

TEST_F(StoreWatchTest, GivesOneAlarmForOneFailureHoweverItsWordsChange) {
    watch_.look("a write has taken 2.1 s so far");
    watch_.look("a write has taken 2.6 s so far");
    watch_.look("disk full");
    EXPECT_EQ(lines("the store fails: a write has taken 2.1 s so far"), 1);
    EXPECT_EQ(lines(""), 1);
    EXPECT_TRUE(measured("store_ready 0"));
    EXPECT_TRUE(measured("store_failures_total 1"));
}

TEST_F(StoreWatchTest, SaysOnceThatItWorksAgainAndAlarmsAnew) {
    watch_.look("disk full");
    clock_.advance(std::chrono::seconds{90});
    watch_.look("ok");
    watch_.look("ok");
    EXPECT_EQ(lines("works again after 90.0 s"), 1);
    watch_.look("disk full");
    EXPECT_EQ(lines("the store fails"), 2);
    EXPECT_TRUE(measured("store_failures_total 2"));
}

}  // namespace
}  // namespace ledger_bridge::daemon
