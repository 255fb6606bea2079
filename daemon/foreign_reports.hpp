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

    // `count` is called for every report, `said` with what a person should know, at most once in
    // kMemory. `clock` must outlive this.
    ForeignReports(const Clock& clock,
                   std::function<void()> count,
                   std::function<void(const Error&)> said);

    // A report of another program was skipped.
    void note();
    // foreign_reports while the last one is not older than kMemory.
    [[nodiscard]] std::optional<Error> warning() const;

private:
    const Clock& clock_;
    std::function<void()> count_;
    std::function<void(const Error&)> said_;
    std::optional<TimePoint> last_;
    std::optional<TimePoint> said_at_;
};

}  // namespace ledger_bridge::daemon
