// Rows that a test wants to be in a store.
#pragma once

#include <vector>

#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor::test {

inline Result<void> write_rows(WatermarkStore& store, const StoreChange& change) {
    const auto done = store.change(
        [&change](const StoreContents& /*stored*/) -> Result<StoreChange> { return change; });
    return done ? Result<void>() : done.error();
}

inline Result<void> change_adopted(WatermarkStore& store,
                                   const std::vector<AdoptedLevel>& ended,
                                   const std::vector<AdoptedLevel>& added) {
    return write_rows(store, {.marks = {}, .ended = ended, .added = added});
}

// As an import does it.
inline Result<void> write_marks(WatermarkStore& store, const std::vector<StoredMark>& marks) {
    return write_rows(store, {.marks = marks, .ended = {}, .added = {}, .ends_handover = true});
}

}  // namespace ledger_bridge::floor::test
