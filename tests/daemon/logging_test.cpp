#include "daemon/logging.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>
#include <spdlog/logger.h>

#include "daemon/errors.hpp"
#include "daemon/log_queue.hpp"

namespace ledger_bridge::daemon {
namespace {

// 2026-11-21T03:40:00.123Z
constexpr auto kTime = std::chrono::milliseconds(1'795'232'400'123);

std::string line(LogFormat format, bool timestamps, std::string_view message) {
    const auto time = spdlog::log_clock::time_point(
        std::chrono::duration_cast<spdlog::log_clock::duration>(kTime));
    const spdlog::details::log_msg event(
        time, {}, "signer", spdlog::level::warn, {message.data(), message.size()});
    spdlog::memory_buf_t text;
    make_formatter(format, timestamps)->format(event, text);
    return {text.data(), text.size()};
}

TEST(Logging, TextHasTimeLevelAndLogger) {
    EXPECT_EQ(line(LogFormat::text, true, "hello"),
              "[2026-11-21T03:40:00.123Z] warning signer: hello\n");
}

TEST(Logging, TextUnderJournaldHasNoTime) {
    EXPECT_EQ(line(LogFormat::text, false, "hello"), "warning signer: hello\n");
}

TEST(Logging, JsonIsOneObjectALine) {
    EXPECT_EQ(line(LogFormat::json, false, "say \"hi\"\n"),
              "{\"time\":\"2026-11-21T03:40:00.123Z\",\"level\":\"warning\",\"logger\":\"signer\","
              "\"message\":\"say \\\"hi\\\"\\n\"}\n");
}

TEST(Logging, JsonSurvivesAnyBytes) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string message(1, static_cast<char>(byte));
        const auto json =
            nlohmann::json::parse(line(LogFormat::json, true, message), nullptr, false);
        EXPECT_TRUE(json.is_object()) << byte;
    }
}

TEST(Logging, LevelsAndFormatsAreReadByName) {
    EXPECT_EQ(*parse_log_level("trace"), spdlog::level::trace);
    EXPECT_EQ(*parse_log_level("warning"), spdlog::level::warn);
    EXPECT_EQ(*parse_log_level("off"), spdlog::level::off);
    EXPECT_EQ(*parse_log_format("json"), LogFormat::json);
    for (const auto* text : {"", "INFO", "loud", "info "}) {
        EXPECT_FALSE(parse_log_level(text)) << text;
        EXPECT_FALSE(parse_log_format(text)) << text;
    }
}

TEST(Logging, JournalStreamMustNameThisVeryFile) {
    EXPECT_TRUE(is_journal_stream("8:12345", 8, 12345));
    for (const auto* text :
         {"", "8", "8:", "8:1234", "8:123456", "9:12345", " 8:12345", "8:12345 "}) {
        EXPECT_FALSE(is_journal_stream(text, 8, 12345)) << text;
    }
}

TEST(Logging, LoggersAreNamedAndUnknownNamesGiveTheGeneralOne) {
    set_up_logging({.level = spdlog::level::err});
    EXPECT_EQ(logger("http")->name(), "http");
    EXPECT_EQ(logger("nobody")->name(), "daemon");
    EXPECT_FALSE(logger("http")->should_log(spdlog::level::warn));
    set_up_logging({.level = spdlog::level::debug});
    EXPECT_TRUE(logger("http")->should_log(spdlog::level::debug));
}

// A pipe whose reader decides when it reads.
class SlowLog : public testing::Test {
public:
    SlowLog(const SlowLog&) = delete;
    SlowLog& operator=(const SlowLog&) = delete;
    SlowLog(SlowLog&&) = delete;
    SlowLog& operator=(SlowLog&&) = delete;

protected:
    static constexpr std::size_t kLimit = 200'000;

    SlowLog() {
        EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
        queue_ =
            std::make_shared<LogQueue>(ends_[1], make_formatter(LogFormat::text, false), kLimit);
        log_ = std::make_shared<spdlog::logger>("http", queue_);
    }
    ~SlowLog() override {
        for (const int end : ends_) {
            ::close(end);
        }
    }

    std::string read_line() {
        std::string line;
        char byte = 0;
        while (::read(ends_[0], &byte, 1) == 1 && byte != '\n') {
            line += byte;
        }
        return line;
    }

    std::array<int, 2> ends_{};
    std::shared_ptr<LogQueue> queue_;
    std::shared_ptr<spdlog::logger> log_;
};

TEST_F(SlowLog, HoldsNobodyUpAndSaysHowManyLinesAreMissing) {
    constexpr int kLines = 20'000;  // more than pipe, thread and queue hold
    for (int number = 0; number < kLines; ++number) {
        log_->info("line {:050}", number);
    }
    int next = 0;
    int missing = 0;
    while (next < kLines) {  // in one gap or in several, as the queue's thread came to work
        const auto line = read_line();
        if (line == fmt::format("info http: line {:050}", next)) {
            ++next;
            continue;
        }
        int left_out = 0;
        ASSERT_EQ(std::sscanf(line.c_str(),
                              "warning daemon: %d lines of the log are missing here: nobody read "
                              "it fast enough",
                              &left_out),
                  1)
            << line << " instead of " << next;
        next += left_out;
        missing += left_out;
    }
    EXPECT_EQ(next, kLines);
    EXPECT_GT(missing, kLines / 2);
    log_->info("on it goes");
    EXPECT_EQ(read_line(), "info http: on it goes");
    log_->flush();
}

TEST_F(SlowLog, SaysThatALineWasTooLongForIt) {
    log_->info(std::string(kLimit, 'x'));
    EXPECT_TRUE(read_line().starts_with("warning daemon: 1 lines of the log are missing"));
    log_->flush();
}

TEST_F(SlowLog, IsWrittenWhenItWasFlushed) {
    log_->info("last words");
    log_->flush();
    pollfd there{.fd = ends_[0], .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&there, 1, 0), 1);
    EXPECT_EQ(read_line(), "info http: last words");
}

}  // namespace
}  // namespace ledger_bridge::daemon
