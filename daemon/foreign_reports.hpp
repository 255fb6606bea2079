// Another program on the same device: noticed, counted, and said now and then.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "driver/base/clock.hpp"
#include "driver/base/errors.hpp"

namespace ledger_bridge::daemon {

// One device's. Everything on the thread that owns it.
class ForeignReports {
public:
    // How long one report counts, and the least time between two calls of `said`.
    static constexpr Duration kMemory = std::chrono::minutes{1};
    // The longest answer: so much may be left of a program that ended in the middle of a command,
    // as this one after a crash. Somebody who still asks makes more.
    static constexpr int kLastAnswer = 2;

    // `count` is called for every report, `said` with what a person should know, at most once in
    // kMemory. `clock` must outlive this.
    ForeignReports(const Clock& clock,
                   std::function<void()> count,
                   std::function<void(const Error&)> said);

    // A report of another program was skipped.
    void note();
    // foreign_reports while the last one is not older than kMemory and more than one answer's came.
    [[nodiscard]] std::optional<Error> warning() const;

private:
    [[nodiscard]] bool remembered() const;

    const Clock& clock_;
    std::function<void()> count_;
    std::function<void(const Error&)> said_;
    std::optional<TimePoint> last_;
    int in_a_row_ = 0;  // none of them a kMemory after the one before
    std::optional<TimePoint> said_at_;
};

}  // namespace ledger_bridge::daemon
