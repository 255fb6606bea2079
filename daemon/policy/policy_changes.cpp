#include "daemon/policy/policy_changes.hpp"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ledger_bridge::daemon {

namespace {

using PoliciesOfKey = std::vector<KeyPolicy>;

std::string text_of(const PoliciesOfKey& tables) {
    std::vector<std::string> texts;
    for (const auto& table : tables) {
        texts.push_back(table.text());
    }
    return texts.empty() ? "not set" : fmt::format("{}", fmt::join(texts, "; "));
}

void compare(std::vector<std::string>& changes,
             const std::string& key,
             const PoliciesOfKey& before,
             const PoliciesOfKey& after) {
    if (before != after) {
        changes.push_back(
            fmt::format("policy of {} is {}, was {}", key, text_of(after), text_of(before)));
    }
}

}  // namespace

std::vector<std::string> policy_changes(const KeyPolicies& before, const KeyPolicies& after) {
    std::set<apdu::KeyHash> keys;
    for (const auto* policies : {&before, &after}) {
        for (const auto& [key, tables] : policies->of_key) {
            keys.insert(key);
        }
    }
    std::vector<std::string> changes;
    for (const auto& key : keys) {
        compare(changes, key.text(), before.tables(key), after.tables(key));
    }
    compare(changes, "*", before.of_others, after.of_others);
    return changes;
}

}  // namespace ledger_bridge::daemon
