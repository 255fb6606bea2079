// What the daemon says, counts and remembers when something happens to a device.
#pragma once

#include <memory>
#include <string>

#include "daemon/device_thread.hpp"
#include "daemon/foreign_reports.hpp"
#include "daemon/metrics.hpp"

namespace ledger_bridge::daemon {

// Log lines (one for each change of state, one for each signature), metrics, and
// words about a device that is behind us or was used by somebody else. Everything given by
// reference must outlive the events.
DeviceThreadEvents device_events(floor::StoreThread& store, MetricsRegistry& metrics);

// What the reports of another program on that device lead to: a metric, and a line now and then.
std::shared_ptr<ForeignReports> foreign_reports(const std::string& device,
                                                MetricsRegistry& metrics,
                                                const Clock& clock);

}  // namespace ledger_bridge::daemon
