#include "daemon/logging.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "daemon/errors.hpp"
#include "daemon/log_queue.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::array kLoggers{"http", "signer", "apdu", "driver", "store", "admin"};

constexpr std::array<std::pair<std::string_view, spdlog::level::level_enum>, 7> kLevels{{
    {"trace", spdlog::level::trace},
    {"debug", spdlog::level::debug},
    {"info", spdlog::level::info},
    {"warning", spdlog::level::warn},
    {"error", spdlog::level::err},
    {"critical", spdlog::level::critical},
    {"off", spdlog::level::off},
}};

std::string_view level_name(spdlog::level::level_enum level) {
    for (const auto& [name, value] : kLevels) {
        if (value == level) {
            return name;
        }
    }
    return "off";
}

std::string_view view(spdlog::string_view_t text) {
    return {text.data(), text.size()};
}

// RFC 3339 in UTC with milliseconds.
std::string time_text(spdlog::log_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time - seconds);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                       milliseconds.count());
}

// spdlog's patterns cannot escape the message, so JSON needs a formatter of its own.
class JsonFormatter final : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
        const nlohmann::ordered_json object{{"time", time_text(message.time)},
                                            {"level", level_name(message.level)},
                                            {"logger", view(message.logger_name)},
                                            {"message", view(message.payload)}};
        const auto text =
            object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
        line.append(text.data(), text.data() + text.size());
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<JsonFormatter>();
    }
};

class TextFormatter final : public spdlog::formatter {
public:
    explicit TextFormatter(bool timestamps) : timestamps_(timestamps) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
        if (timestamps_) {
            fmt::format_to(std::back_inserter(line), "[{}] ", time_text(message.time));
        }
        const auto name = view(message.logger_name);
        fmt::format_to(std::back_inserter(line),
                       "{} {}{}{}\n",
                       level_name(message.level),
                       name,
                       name.empty() ? "" : ": ",
                       view(message.payload));
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<TextFormatter>(timestamps_);
    }

private:
    bool timestamps_;
};

bool standard_error_is_journal() {
    // Read before any other thread exists, so the environment cannot change meanwhile.
    const auto* stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe)
    struct stat file {};
    return stream != nullptr && fstat(STDERR_FILENO, &file) == 0 &&
           is_journal_stream(stream, file.st_dev, file.st_ino);
}

}  // namespace

Result<spdlog::level::level_enum> parse_log_level(std::string_view text) {
    for (const auto& [name, value] : kLevels) {
        if (name == text) {
            return value;
        }
    }
    return fail(Errc::bad_option,
                fmt::format("'{}' is none of trace debug info warning error critical off", text));
}

Result<LogFormat> parse_log_format(std::string_view text) {
    if (text == "text") {
        return LogFormat::text;
    }
    if (text == "json") {
        return LogFormat::json;
    }
    return fail(Errc::bad_option, fmt::format("'{}' is neither text nor json", text));
}

std::unique_ptr<spdlog::formatter> make_formatter(LogFormat format, bool timestamps) {
    if (format == LogFormat::json) {
        return std::make_unique<JsonFormatter>();
    }
    return std::make_unique<TextFormatter>(timestamps);
}

bool is_journal_stream(std::string_view journal_stream, dev_t device, ino_t inode) {
    return journal_stream == fmt::format("{}:{}", device, inode);
}

void set_up_logging(const LogSettings& settings) {
    const auto sink = std::make_shared<LogQueue>(
        STDERR_FILENO, make_formatter(settings.format, !standard_error_is_journal()));
    const auto make = [&](const char* name) {
        auto made = std::make_shared<spdlog::logger>(name, sink);
        made->set_level(settings.level);
        made->flush_on(spdlog::level::critical);
        return made;
    };
    spdlog::drop_all();
    for (const auto* name : kLoggers) {
        spdlog::register_logger(make(name));
    }
    spdlog::set_default_logger(make("daemon"));
}

void flush_log() {
    spdlog::default_logger()->flush();
}

std::shared_ptr<spdlog::logger> logger(const std::string& name) {
    auto found = spdlog::get(name);
    return found == nullptr ? spdlog::default_logger() : found;
}

}  // namespace ledger_bridge::daemon
