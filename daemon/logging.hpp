// Where log lines go and what they look like.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include <spdlog/formatter.h>
#include <spdlog/logger.h>

#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

enum class LogFormat { text, json };

struct LogSettings {
    spdlog::level::level_enum level = spdlog::level::info;
    LogFormat format = LogFormat::text;

    bool operator==(const LogSettings&) const = default;
};

// Errors: bad_option, with the list of what is accepted.
Result<spdlog::level::level_enum> parse_log_level(std::string_view text);
Result<LogFormat> parse_log_format(std::string_view text);

// Makes the loggers `http signer apdu driver store admin` and the default one, all to standard
// error, by way of a LogQueue. Once, before any other thread starts, all signals blocked.
//
// Levels: critical = cannot serve any more; error = a 5xx of ours; warning = a 4xx, a refused
// signature, a dropped connection; info = a signature, a change of state; debug and trace = the
// rest, APDU bytes at trace only.
void set_up_logging(const LogSettings& settings);

// Waits, but not for long, until what was logged is written: before the process ends. A critical
// line does so by itself.
void flush_log();

// The logger of that name, or the default one when there is none. Any thread.
std::shared_ptr<spdlog::logger> logger(const std::string& name);

// One line an event. Text: "[2026-11-21T03:40:00.123Z] info http: message", without the time when
// something else adds it. JSON: an object with time, level, logger, message, always with time;
// bytes that are no UTF-8 become U+FFFD.
std::unique_ptr<spdlog::formatter> make_formatter(LogFormat format, bool timestamps);

// Whether $JOURNAL_STREAM ("device:inode") names this file, so that journald adds the time.
bool is_journal_stream(std::string_view journal_stream, dev_t device, ino_t inode);

}  // namespace ledger_bridge::daemon
