// Takes over what a device says of its marks, durably, before anything is signed with it.
#pragma once

#include <functional>

#include "daemon/floor/store_thread.hpp"
#include "daemon/session_state.hpp"

namespace ledger_bridge::daemon {

// How long a reading may wait for the store; a store that needs longer is not ready.
inline constexpr Duration kAdoptTime = std::chrono::seconds{5};

// What a reading of the marks says to the floor; nothing without an authorised key.
std::optional<floor::DeviceReading> reading_of(const DeviceFacts& facts, WallTime now);

// A function for SessionEvents::admit. When it succeeds everything that the device knows beyond us,
// or knew at a reading before and has forgotten, is durable; blocks kAdoptTime at most, and not at
// all when there is nothing new. It also keeps the store's record of the device up to date, to a
// minute, without waiting. Error: store_not_ready. `store` and `clock` must outlive it; on the
// thread that owns the device.
std::function<Result<void>(const DeviceFacts&)> mark_keeper(floor::StoreThread& store,
                                                            const Clock& clock);

}  // namespace ledger_bridge::daemon
