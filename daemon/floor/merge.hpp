// How watermarks from elsewhere come into a floor: by maximum, never lower.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "daemon/floor/interchange.hpp"

namespace ledger_bridge::floor {

struct Merge {
    std::vector<StoredMark> marks = {};      // to be written in place of those with these keys
    std::vector<AdoptedLevel> adopted = {};  // likewise
    std::size_t added = 0;                   // of `marks`: not known before
    std::size_t raised = 0;                  // of `marks`: known at a lower position
    std::size_t unchanged = 0;               // known here at the same or a higher position
    // Of `marks`: used at this position in two places, by messages that differ or are not known;
    // from now on it is used without a digest, and nothing is repeated for it.
    std::vector<StoredMark> without_digest = {};
};

// What `incoming` changes; it may have several marks of one key, of several files. Pure. A higher
// position replaces a mark; at an equal position another digest, or none, makes it used without a
// digest; a lower position changes nothing. A higher adopted level replaces one of the same device,
// key and chains.
Merge merge_marks(std::span<const StoredMark> stored,
                  std::span<const AdoptedLevel> adopted,
                  const Interchange& incoming);

// What a person asked for.
struct MergeWish {
    bool dry_run = false;    // writes nothing
    bool take_back = false;  // ends a handover, although nothing shows what was signed since
};

// The same of what a store holds when it is written, with the end of a handover; `merge` gets what
// became of it. Both must outlive what is given. Error: nothing_since_handover, where the store was
// handed over and the marks are its own, or none: the file that went out must not open what it
// closed.
WorkOut merging(const Interchange& incoming, MergeWish wish, Merge& merge);

// Merges and writes all or nothing, in one transaction. On the thread that owns the store. Errors:
// nothing_since_handover, those of the store.
Result<Merge> merge_into(WatermarkStore& store, const Interchange& incoming, MergeWish wish);

// Makes durable that another signer goes on from here. Errors: those of the store.
Result<void> hand_over(WatermarkStore& store, WallTime now);

// Everything that the store knows. Errors: those of the store.
Result<Interchange> contents_of(WatermarkStore& store);

}  // namespace ledger_bridge::floor
