#include "daemon/log_queue.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include <pthread.h>

namespace ledger_bridge::daemon {

namespace {

constexpr auto kFlushTime = std::chrono::seconds{1};

std::string line_of(spdlog::formatter& formatter, const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter.format(message, line);
    return {line.data(), line.size()};
}

std::string gap_line(spdlog::formatter& formatter, std::size_t left_out) {
    const auto text =
        fmt::format("{} lines of the log are missing here: nobody read it fast enough", left_out);
    return line_of(formatter, {"daemon", spdlog::level::warn, text});
}

// Where nobody reads any more (EPIPE), the text is gone like every one after it.
void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written > 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (written < 0 && errno == EAGAIN) {
            pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&room, 1, -1);
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}

}  // namespace

struct LogQueue::Lines {
    Lines(int to, std::unique_ptr<spdlog::formatter> formatter, std::size_t most)
        : descriptor(to), gap_formatter(std::move(formatter)), limit(most) {}

    void add(std::string_view line) {
        const std::lock_guard lock(mutex);
        if (left_out > 0 || waiting.size() + line.size() > limit) {
            ++left_out;
        } else {
            waiting += line;
        }
        changed.notify_all();
    }

    // The thread: what waits, then the gap behind it.
    void write() {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return ended || !empty(); });
            if (empty()) {
                return;
            }
            auto text = std::exchange(waiting, {});
            if (const auto missing = std::exchange(left_out, 0); missing > 0) {
                text += gap_line(*gap_formatter, missing);
            }
            writing = true;
            lock.unlock();
            write_all(descriptor, text);
            lock.lock();
            writing = false;
            changed.notify_all();
        }
    }

    void wait_written() {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, kFlushTime, [this] { return empty() && !writing; });
    }

    void end() {
        const std::lock_guard lock(mutex);
        ended = true;
        changed.notify_all();
    }

    [[nodiscard]] bool empty() const { return waiting.empty() && left_out == 0; }

    const int descriptor;
    const std::unique_ptr<spdlog::formatter> gap_formatter;
    const std::size_t limit;
    std::mutex mutex = {};
    std::condition_variable changed = {};
    std::string waiting = {};
    std::size_t left_out = 0;
    bool writing = false;
    bool ended = false;
};

LogQueue::LogQueue(int descriptor, std::unique_ptr<spdlog::formatter> formatter, std::size_t limit)
    : formatter_(std::move(formatter)),
      lines_(std::make_shared<Lines>(descriptor, formatter_->clone(), limit)) {
    std::thread([lines = lines_] {
        pthread_setname_np(pthread_self(), "log");
        lines->write();
    }).detach();
}

LogQueue::~LogQueue() {
    lines_->end();
}

void LogQueue::log(const spdlog::details::log_msg& message) {
    const std::lock_guard lock(formatting_);
    lines_->add(line_of(*formatter_, message));
}

void LogQueue::flush() {
    lines_->wait_written();
}

void LogQueue::set_pattern(const std::string& pattern) {
    set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern));
}

void LogQueue::set_formatter(std::unique_ptr<spdlog::formatter> formatter) {
    const std::lock_guard lock(formatting_);
    formatter_ = std::move(formatter);
}

}  // namespace ledger_bridge::daemon
