// Says once that watermarks cannot be saved, and once that they can again.
#pragma once

#include <optional>
#include <string>

#include "daemon/metrics.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::daemon {

// One thread. Log: an error line when the store begins to fail, an info line when it works again;
// none in between. Metrics: store_ready, store_failures_total.
class StoreWatch {
public:
    StoreWatch(MetricsRegistry& metrics, const Clock& clock) : metrics_(metrics), clock_(clock) {}

    // `state`: "ok" or what is wrong. To be called again and again, about each second.
    void look(const std::string& state);

private:
    MetricsRegistry& metrics_;
    const Clock& clock_;
    std::optional<TimePoint> failing_since_;
};

}  // namespace ledger_bridge::daemon
