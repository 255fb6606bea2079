#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "daemon/config/options.hpp"
#include "tools/ledgerctl/signatory_parts.hpp"

namespace ledger_bridge::tools::signatory {

namespace {

using Texts = std::vector<std::string>;
using Names = std::set<std::string>;

constexpr std::array kKinds{"block", "preattestation", "attestation"};

// What a key's table lets through: requests, and operations within the request "generic".
struct Allowed {
    Names requests;
    Names operations;
};

std::string present_name(const std::string& name) {
    if (name == "endorsement") {
        return "attestation";
    }
    return name == "preendorsement" ? "preattestation" : name;
}

Names present_names(const Texts& names) {
    Names all;
    std::transform(names.begin(), names.end(), std::inserter(all, all.end()), present_name);
    return all;
}

// allow makes the older two void; a table without any of them lets nothing through.
Allowed read_allowed(Section& table) {
    const auto requests = table.texts("allowed_operations").value_or(Texts());
    const auto operations = table.texts("allowed_kinds").value_or(Texts());
    if (!table.has("allow")) {
        return {present_names(requests), present_names(operations)};
    }
    auto allow = table.section("allow");
    return {present_names(allow.names()), present_names(allow.texts("generic").value_or(Texts()))};
}

// Takes out of `allowed` what we sign too.
ForeignPolicy translate(const apdu::KeyHash& key, Allowed& allowed) {
    ForeignPolicy policy{.key = key};
    for (const auto* kind : kKinds) {
        if (allowed.requests.erase(kind) != 0) {
            policy.kinds.emplace_back(kind);
        }
    }
    if (allowed.requests.contains("generic") && allowed.operations.erase("reveal") != 0) {
        policy.kinds.emplace_back("reveal");
    }
    const bool attests =
        std::find(policy.kinds.begin(), policy.kinds.end(), "attestation") != policy.kinds.end();
    policy.dal = attests && allowed.requests.erase("attestation_with_dal") != 0;
    return policy;
}

void name_rest(const Allowed& allowed, const std::string& where, ForeignSigner& signer) {
    for (const auto& request : allowed.requests) {
        if (request != "generic") {
            signer.left.push_back(fmt::format("{}: {} is not signed here", where, request));
        }
    }
    for (const auto& operation : allowed.operations) {
        signer.left.push_back(
            fmt::format("{}: {} operations are not signed here", where, operation));
    }
}

// Who of all clients may use this key.
void narrow_clients(Section& table, ForeignPolicy& policy, ForeignSigner& signer) {
    const auto keys = read_clients(table, signer);
    if (!keys) {
        return;
    }
    policy.clients.emplace();
    for (const auto& key : *keys) {
        if (std::find(signer.clients.begin(), signer.clients.end(), key) != signer.clients.end()) {
            policy.clients->push_back(key.hash().text());
        }
    }
    if (policy.clients->empty()) {
        policy.kinds.clear();
        signer.left.push_back(
            table.place("authorized_keys") +
            ": none of them is in server.authorized_keys, so nobody gets anything");
    }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kHarmless{{
    {"log_payloads", "what was signed is in 'ledgerctl audit'"},
    {"allow_proof_of_possession", "only tz4 keys have one"},
    {"jwt_users", "clients are not known by JWT here"},
    {"jw_users", "clients are not known by JWT here"},
}};

void name_harmless(Section& table, ForeignSigner& signer) {
    for (const auto& [name, why] : kHarmless) {
        if (table.has(name)) {
            signer.left.push_back(fmt::format("{}: {}", table.place(name), why));
        }
    }
}

ForeignPolicy read_table(const apdu::KeyHash& key, Section table, ForeignSigner& signer) {
    auto allowed = read_allowed(table);
    auto policy = translate(key, allowed);
    name_rest(allowed, table.where(), signer);
    narrow_clients(table, policy, signer);
    name_harmless(table, signer);
    policy.guards = name_unread(table, signer);
    return policy;
}

// Of a key that stands there and nothing with it.
ForeignPolicy default_policy(const apdu::KeyHash& key) {
    return {.key = key, .kinds = {kKinds.begin(), kKinds.end()}};
}

}  // namespace

void read_policies(Section tezos, const std::vector<std::string>& guards, ForeignSigner& signer) {
    for (const auto& name : tezos.names()) {
        const auto key = apdu::parse_key_hash(name);
        if (name.starts_with("tz4")) {
            signer.left.push_back(tezos.place(name) + ": tz4 keys are not served");
        } else if (!key) {
            tezos.refuse(name, "is no address: " + daemon::reason(key.error()));
        } else {
            auto policy = tezos.has(name) ? read_table(*key, tezos.section(name), signer)
                                          : default_policy(*key);
            policy.guards.insert(policy.guards.begin(), guards.begin(), guards.end());
            signer.policies.push_back(std::move(policy));
        }
    }
    if (signer.policies.empty()) {
        tezos.refuse("", "names no key that a Ledger has, so nothing is signed there");
    }
}

}  // namespace ledger_bridge::tools::signatory
