// Where log lines wait to be written, so that nobody waits for whoever reads the log.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include <spdlog/formatter.h>
#include <spdlog/sinks/sink.h>

namespace ledger_bridge::daemon {

// A thread of its own, "log", writes the lines to `descriptor` in order. Lines that come while
// `limit` bytes wait are left out; their number is a line of its own at the place where they are
// missing. Any thread. All signals must be blocked where it is made.
class LogQueue final : public spdlog::sinks::sink {
public:
    static constexpr std::size_t kLimit = std::size_t{1} << 20U;

    LogQueue(int descriptor,
             std::unique_ptr<spdlog::formatter> formatter,
             std::size_t limit = kLimit);
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;
    LogQueue(LogQueue&&) = delete;
    LogQueue& operator=(LogQueue&&) = delete;
    // Does not wait: what nobody reads would keep the process from ending.
    ~LogQueue() override;

    void log(const spdlog::details::log_msg& message) override;
    // Waits until every line so far is written, but no longer than a moment.
    void flush() override;
    void set_pattern(const std::string& pattern) override;
    void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override;

private:
    struct Lines;

    std::mutex formatting_;
    std::unique_ptr<spdlog::formatter> formatter_;
    std::shared_ptr<Lines> lines_;  // the thread's as well
};

}  // namespace ledger_bridge::daemon
