#include "daemon/foreign_reports.hpp"

#include <utility>

#include "daemon/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

ForeignReports::ForeignReports(const Clock& clock,
                               std::function<void()> count,
                               std::function<void(const Error&)> said)
    : clock_(clock), count_(std::move(count)), said_(std::move(said)) {}

void ForeignReports::note() {
    count_();
    in_a_row_ = remembered() ? in_a_row_ + 1 : 1;
    last_ = clock_.now();
    if (in_a_row_ > kLastAnswer && (!said_at_ || *last_ - *said_at_ >= kMemory)) {
        said_at_ = last_;
        said_(fail(Errc::foreign_reports));
    }
}

std::optional<Error> ForeignReports::warning() const {
    const bool disturbed = remembered() && in_a_row_ > kLastAnswer;
    return disturbed ? std::optional(fail(Errc::foreign_reports)) : std::nullopt;
}

bool ForeignReports::remembered() const {
    return last_ && clock_.now() - *last_ < kMemory;
}

}  // namespace ledger_bridge::daemon
