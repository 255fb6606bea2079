// What a store in a file can do beside keeping watermarks: say whose it is, and how far it got.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/floor/marker.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor {

class LocalStore : public WatermarkStore {
public:
    // Small facts about the store itself. Writing replaces, durably.
    virtual Result<std::optional<std::string>> fact(std::string_view name) = 0;
    virtual Result<void> set_fact(std::string_view name, std::string_view value) = 0;

    // How many writes this file has seen; grows by one with each. Opening it is one.
    [[nodiscard]] virtual std::uint64_t writes() const = 0;
    // The same as it was before this program wrote.
    [[nodiscard]] virtual std::uint64_t writes_found() const = 0;
    // From now on every write is noted in the marker.
    virtual void note_writes_in(MarkerFile marker) = 0;
};

// Names of facts.
inline constexpr std::string_view kFloorFact = "floor";      // 32 hex digits, as in the marker
inline constexpr std::string_view kMachineFact = "machine";  // machine_identity()

}  // namespace ledger_bridge::floor
