#include "daemon/store_watch.hpp"

#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge::daemon {
namespace {

class StoreWatchTest : public ::testing::Test {
protected:
    StoreWatchTest() {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)));
    }

    [[nodiscard]] int lines(const std::string& words) const {
        int count = 0;
        std::istringstream log(log_.str());
        for (std::string line; std::getline(log, line);) {
            count += line.find(words) == std::string::npos ? 0 : 1;
        }
        return count;
    }
    [[nodiscard]] bool counted(const std::string& line) const {
        return metrics_.text().find("ledger_bridge_" + line + "\n") != std::string::npos;
    }

    std::ostringstream log_;
    MetricsRegistry metrics_{"1"};
    ManualClock clock_;
    StoreWatch watch_{metrics_, clock_};
};

TEST_F(StoreWatchTest, SaysNothingOfAStoreThatWorks) {
    watch_.look("ok");
    watch_.look("ok");
    EXPECT_EQ(lines(""), 0);
    EXPECT_TRUE(counted("store_ready 1"));
    EXPECT_TRUE(counted("store_failures_total 0"));
}

TEST_F(StoreWatchTest, GivesOneAlarmForOneFailureHoweverItsWordsChange) {
    watch_.look("a write has taken 2.1 s so far");
    watch_.look("a write has taken 2.6 s so far");
    watch_.look("disk full");
    EXPECT_EQ(lines("the store fails: a write has taken 2.1 s so far"), 1);
    EXPECT_EQ(lines(""), 1);
    EXPECT_TRUE(counted("store_ready 0"));
    EXPECT_TRUE(counted("store_failures_total 1"));
}

TEST_F(StoreWatchTest, SaysOnceThatItWorksAgainAndAlarmsAnew) {
    watch_.look("disk full");
    clock_.advance(std::chrono::seconds{90});
    watch_.look("ok");
    watch_.look("ok");
    EXPECT_EQ(lines("works again after 90.0 s"), 1);
    watch_.look("disk full");
    EXPECT_EQ(lines("the store fails"), 2);
    EXPECT_TRUE(counted("store_failures_total 2"));
}

}  // namespace
}  // namespace ledger_bridge::daemon
