// Proves from the log that nothing was signed twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/floor/watermark_store.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Two rows that must not both be there; instead of the second it may be the stored mark.
struct AuditViolation {
    std::string rule;  // "two digests share a mark", "a mark went down", ...
    AuditRow first;
    AuditRow second;
};

struct AuditProof {
    std::map<std::string, std::uint64_t> verdicts = {};  // how many rows of each
    std::optional<WallTime> from = std::nullopt;         // of the oldest row
    std::optional<WallTime> to = std::nullopt;
    std::uint64_t violations = 0;
    std::vector<AuditViolation> shown = {};  // the first hundred of them
};

// Reads the whole log on a connection of its own that only reads, so it may be done next to the
// daemon; takes seconds for a million rows. It holds when
// - no two rows of kSignVerdict or kRepeatVerdict have one key, chain, kind, level and round and
//   different digests;
// - no row of kImportVerdict has another digest where there is such a row; kUnknownDigest may be;
// - of each key, chain and kind, positions of kSignVerdict only go up, also beyond what was
//   imported;
// - no stored mark is below a row of the three, or has another digest at the highest position.
// Errors: those of the store.
Result<AuditProof> prove_audit(const std::filesystem::path& state_directory);

}  // namespace ledger_bridge::floor
