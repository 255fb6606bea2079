// When a device's word about used levels is taken over, and when it is given up. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "daemon/floor/adopted_level.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor {

// The highest row that speaks about this key on this chain, whichever device said so.
std::optional<AdoptedLevel> highest_adopted(std::span<const AdoptedLevel> adopted,
                                            const apdu::KeyHash& key,
                                            const apdu::ChainId& chain);

// The highest position that we signed with this key on the chains of the scope, of any kind.
std::optional<Position> highest_signed(std::span<const StoredMark> marks,
                                       const apdu::KeyHash& key,
                                       const ChainScope& scope);

// The rows to add for a reading. A mark above everything that we signed under it was made by
// somebody else, or by a signature of ours that was lost before it was written down: which votes
// it stands for cannot be seen, so its whole level counts as used. Nothing is added that is known
// already.
std::vector<AdoptedLevel> new_adoptions(const DeviceReading& reading,
                                        std::span<const StoredMark> marks,
                                        std::span<const AdoptedLevel> adopted);

// The rows to give up because a person set the device up like this: those whose every chain is now
// under a mark above all that we signed under that mark, so that its own adoption replaces them.
std::vector<AdoptedLevel> ended_adoptions(const DeviceReading& set_up,
                                          std::span<const StoredMark> marks,
                                          std::span<const AdoptedLevel> adopted);

// What a store is to be given, and the rows that are there afterwards.
struct AdoptionChange {
    std::vector<AdoptedLevel> ended;
    std::vector<AdoptedLevel> added;
    std::vector<AdoptedLevel> after;
};

// For a reading, or for the marks that a person confirmed.
AdoptionChange change_for_reading(const DeviceReading& reading,
                                  std::span<const StoredMark> marks,
                                  std::vector<AdoptedLevel> adopted);
AdoptionChange change_for_setup(const DeviceReading& set_up,
                                std::span<const StoredMark> marks,
                                std::vector<AdoptedLevel> adopted);

// Takes over the marks that a person confirmed, in a store that no thread owns. Errors: the
// store's.
Result<void> adopt_setup(WatermarkStore& store, const DeviceReading& set_up);

}  // namespace ledger_bridge::floor
