// What the daemon says, counts and remembers when something happens to a device.
#pragma once

#include "daemon/device_thread.hpp"
#include "daemon/metrics.hpp"

namespace ledger_bridge::daemon {

// Log lines (one for each change of state, one for each signature), metrics, and the store's
// record of the device. Everything given by reference must outlive the events.
DeviceThreadEvents device_events(floor::StoreThread& store,
                                 MetricsRegistry& metrics,
                                 const Clock& clock);

}  // namespace ledger_bridge::daemon
