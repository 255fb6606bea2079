#include "tools/ledgerctl/audit_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

std::string time_text(WallTime time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

json time_json(const std::optional<WallTime>& time) {
    return time ? json(time_text(*time)) : json(nullptr);
}

json row_json(const floor::AuditRow& row) {
    return {{"time", time_text(row.time)},
            {"key", row.key.key.text()},
            {"chain", row.key.chain.text()},
            {"kind", floor::kind_name(row.key.kind)},
            {"level", row.position.level.value},
            {"round", row.position.round.value},
            {"digest", to_hex(row.digest)},
            {"verdict", row.verdict},
            {"reason", row.reason},
            {"device", row.device}};
}

std::string row_text(const floor::AuditRow& row) {
    return fmt::format("  {} {} {} level {} round {} of {} on {}, digest {}",
                       time_text(row.time),
                       row.verdict,
                       floor::kind_name(row.key.kind),
                       row.position.level.value,
                       row.position.round.value,
                       row.key.key.text(),
                       row.key.chain.text(),
                       to_hex(row.digest));
}

}  // namespace

json audit_json(const floor::AuditProof& proof) {
    json violations = json::array();
    for (const auto& [rule, first, second] : proof.shown) {
        violations.push_back(
            {{"rule", rule}, {"first", row_json(first)}, {"second", row_json(second)}});
    }
    return {{"verdicts", proof.verdicts},
            {"from", time_json(proof.from)},
            {"to", time_json(proof.to)},
            {"violation_count", proof.violations},
            {"violations", violations}};
}

Lines audit_lines(const floor::AuditProof& proof) {
    Lines lines;
    if (!proof.from) {
        lines.emplace_back("The log is empty.");
    } else {
        lines.push_back(fmt::format("from {} to {}", time_text(*proof.from), time_text(*proof.to)));
    }
    for (const auto& [verdict, count] : proof.verdicts) {
        lines.push_back(fmt::format("{:<8}{}", verdict, count));
    }
    for (const auto& [rule, first, second] : proof.shown) {
        lines.push_back(rule + ":");
        lines.push_back(row_text(first));
        lines.push_back(row_text(second));
    }
    if (proof.violations == 0) {
        lines.emplace_back("No two digests share a mark, and no mark went down.");
    }
    return lines;
}

}  // namespace ledger_bridge::tools
