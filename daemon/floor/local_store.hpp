// What a store in a file can do beside keeping watermarks: say how far it got.
#pragma once

#include <cstdint>

#include "daemon/floor/marker.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor {

class LocalStore : public WatermarkStore {
public:
    // How many writes this file has seen; grows by one with each. Opening it is one.
    [[nodiscard]] virtual std::uint64_t writes() const = 0;
    // The same as it was before this program wrote.
    [[nodiscard]] virtual std::uint64_t writes_found() const = 0;
    // How many rows of the log are kept. Fewer than before go bit by bit, with each new one.
    virtual void keep_audit(std::uint64_t rows) = 0;
    // Keeps space on the disk for writes of the time when it is full; see Reserve.
    virtual void reserve_space() = 0;
    // Gives it to another file of the state, for which there was none. False when there is none.
    virtual bool release_reserve() = 0;
    // From now on every write is noted in the marker.
    virtual void note_writes_in(MarkerFile marker) = 0;
};

}  // namespace ledger_bridge::floor
