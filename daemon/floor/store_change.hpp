// What a change of many rows may do to a store: nothing in it becomes lower. Pure but for the
// reading.
#pragma once

#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor {

// Errors: those of the store.
Result<StoreContents> read_contents(WatermarkStore& store);

// Error: commit_conflict, which names both, when a mark or an adopted level would become lower, or
// a mark get another message's digest at its position.
Result<void> check_change(const StoreContents& stored, const StoreChange& change);

// Of a mark that another forbids.
Error mark_conflict(const StoredMark& wanted, const SignedMark& stored);
// `stored`: its own mark, if there is one.
Error adopted_conflict(const StoredMark& wanted,
                       const std::optional<SignedMark>& stored,
                       const AdoptedLevel& adopted);

}  // namespace ledger_bridge::floor
