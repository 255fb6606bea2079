// What the log proves, for people and for programs.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/floor/audit_proof.hpp"
#include "tools/common/plan_text.hpp"

namespace ledger_bridge::tools {

//   {"verdicts":{"sign":120,"refuse":3},"from":"2026-01-01T00:00:00Z","to":…,"violation_count":1,
//    "violations":[{"rule":"two digests share a mark","first":{"time","key","chain","kind",
//     "level","round","digest","verdict","reason","device"},"second":{…}}]}
// from and to are null for an empty log; at most a hundred violations are listed.
nlohmann::json audit_json(const floor::AuditProof& proof);
Lines audit_lines(const floor::AuditProof& proof);

}  // namespace ledger_bridge::tools
