// Watermarks as a file that moves from one floor, or one signer, to another. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/floor/adopted_level.hpp"
#include "daemon/floor/watermark_store.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

struct Interchange {
    std::optional<std::string> floor =
        std::nullopt;  // whose marks they are; none: another signer's, or of several
    std::vector<StoredMark> marks = {};  // without signatures
    std::vector<AdoptedLevel> adopted = {};
};

// Our own format, indented, with a line end:
//
//   {"format": "ledger-bridge-watermarks", "version": 1, "floor": "<32 hex digits>",
//    "marks": [{"chain": "NetX…", "key": "tz1…", "kind": "block", "level": 5, "round": 0,
//               "digest": "<64 hex digits>", "time": 1700000000000000}],
//    "adopted": [{"device": "four-words", "key": "tz1…", "scope": "only", "chain": "NetX…",
//                 "level": 5, "origin": "…", "time": 1700000000000000}]}
//
// kind: block, preattestation or attestation. digest: BLAKE2b-256 of the whole message; without
// it the position is used by bytes that nobody knows. time: microseconds since 1970. scope: only,
// all_but or all, which has no chain. floor and adopted may be left out. No mark stands twice.
std::string interchange_text(const Interchange& content);

// A file of ours, of octez-signer or of Signatory, told apart by content and file name:
//
//   octez-signer  <kind>_high_watermarks, <kind> also preendorsement, endorsement:
//                 {chain: {key: {"level", "round"?, "hash", "signature"?}}}
//   Signatory     watermark_v2/<chain>.json: {key: {kind: {"level", "round", "order"?, "hash"?}}}
//                 Its rounds of blocks are payload rounds, so the block's whole level is used.
//                 Attestations with DAL content, kept apart there, count as attestations. Older:
//                 watermark/<chain>.json, {kind: {key: …}}; watermark_v1/<chain>.json, {key: …}
//                 with one mark for all kinds, told apart by its "order".
//
// `written` is the time of marks that have none. Errors: bad_interchange, interchange_newer.
Result<Interchange> parse_marks_file(std::string_view file_name,
                                     std::string_view text,
                                     WallTime written);

}  // namespace ledger_bridge::floor
