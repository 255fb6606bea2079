#include "daemon/logging.hpp"

#include <chrono>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>

#include "daemon/errors.hpp"

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

}  // namespace
}  // namespace ledger_bridge::daemon
