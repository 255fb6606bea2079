// A test of something that looks at the daemon's surroundings, and says what changed: what it logs
// and measures, at a clock that is moved by hand.
#pragma once

#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "daemon/metrics.hpp"
#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge::daemon::test {

class WatchTest : public ::testing::Test {
protected:
    WatchTest() {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)));
    }

    // How many lines of the log hold these words.
    [[nodiscard]] int lines(const std::string& words) const {
        int count = 0;
        std::istringstream log(log_.str());
        for (std::string line; std::getline(log, line);) {
            count += line.find(words) == std::string::npos ? 0 : 1;
        }
        return count;
    }
    [[nodiscard]] bool measured(const std::string& line) const {
        return metrics_.text().find("\nledger_bridge_" + line + "\n") != std::string::npos;
    }

    std::ostringstream log_;
    MetricsRegistry metrics_{"1"};
    ManualClock clock_;
};

}  // namespace ledger_bridge::daemon::test
