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
// it stands for cannot be seen, so its whole level counts as used. So does the level of a mark that
// has a lower round than the device had there before, as it said or as its signatures show: the
// Baking app zeroes a round when it signs a reveal or a delegation, and signs again then what it
// signed before, also for somebody else. Nothing is added that is known already.
std::vector<AdoptedLevel> new_adoptions(const DeviceReading& reading,
                                        std::span<const StoredMark> marks,
                                        std::span<const AdoptedLevel> adopted);

// The rows to give up because a person set the device up like this: those whose every chain is now
// under a mark above all that we signed under that mark, so that its own adoption replaces them.
std::vector<AdoptedLevel> ended_adoptions(const DeviceReading& set_up,
                                          std::span<const StoredMark> marks,
                                          std::span<const AdoptedLevel> adopted);

// The rows to add before a device signs a reveal or a delegation, since no device remembers what it
// signed at the mark whose round it zeroes then: the test mark, or the main mark where that stands
// for every chain. A round 0 loses nothing.
std::vector<AdoptedLevel> adoptions_before_operation(const DeviceReading& reading,
                                                     std::span<const AdoptedLevel> adopted);

// Before those are given up: everything that counts as used for the key is among `foreseen`, what
// the person knew of. Error: commit_conflict, whose detail is about the first that is not.
Result<void> check_foreseen(const DeviceReading& set_up,
                            std::span<const AdoptedLevel> foreseen,
                            std::span<const AdoptedLevel> adopted);

// What a store that holds this is to be given: for a reading; for the marks that a person confirmed
// at the device, if all was foreseen; before an operation is signed, unless the store was handed
// over. Errors: of the second commit_conflict, of the last handed_over.
StoreChange change_for_reading(const DeviceReading& reading, const StoreContents& stored);
Result<StoreChange> change_for_setup(const DeviceReading& set_up,
                                     std::span<const AdoptedLevel> foreseen,
                                     const StoreContents& stored);
Result<StoreChange> change_before_operation(const DeviceReading& reading,
                                            const StoreContents& stored);

// The same, durably, in a store that no thread owns; a reading with the store's record of the
// device as what it said earlier. Errors: also the store's.
Result<void> adopt_reading(WatermarkStore& store, DeviceReading reading);
Result<void> adopt_setup(WatermarkStore& store,
                         const DeviceReading& set_up,
                         std::span<const AdoptedLevel> foreseen);
Result<void> adopt_before_operation(WatermarkStore& store, const DeviceReading& reading);

}  // namespace ledger_bridge::floor
