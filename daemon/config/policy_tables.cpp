#include "daemon/config/policy_tables.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "daemon/config/option_setters.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::array<std::pair<std::string_view, Shape>, 6> kKeys{{
    {"key", Shape::text},
    {"kinds", Shape::list},
    {"magic-bytes", Shape::numbers},
    {"chains", Shape::list},
    {"clients", Shape::list},
    {"dal", Shape::flag},
}};

// Reads a list into a set. Errors: an empty list, a value that stands in it twice, those of
// `parse`.
template <class Value, class Parse>
Result<void> read_set(const Values& values, std::optional<std::set<Value>>& target, Parse parse) {
    if (values.empty()) {
        return fail(Errc::bad_option, "the list is empty, so nothing would be let through");
    }
    target.emplace();
    for (const auto& text : values) {
        const Result<Value> value = parse(text);
        if (!value) {
            return value.error();
        }
        if (!target->insert(*value).second) {
            return fail(Errc::bad_option, fmt::format("'{}' stands there twice", text));
        }
    }
    return {};
}

Result<apdu::ChainId> parse_chain(std::string_view text) {
    const auto chain = apdu::parse_chain_id(text);
    return chain && chain->unspecified()
               ? fail(Errc::bad_option, "'any' is no chain; leave chains out to allow every one")
               : chain;
}

// Each condition of a table that was given, and how it is read.
Result<void> read_condition(std::string_view name, const Values& values, KeyPolicy& policy) {
    if (name == "kinds" && values == Values{"none"}) {
        policy.magic_bytes.emplace();
        return {};
    }
    if (name == "kinds") {
        return read_set(values, policy.magic_bytes, parse_kind_name);
    }
    if (name == "magic-bytes") {
        return read_set(split_lists(values), policy.magic_bytes, parse_magic_byte);
    }
    if (name == "chains") {
        return read_set(values, policy.chains, parse_chain);
    }
    if (name == "dal") {
        policy.dal = values.front() == "true";
    }
    return name == "clients" ? read_set(values, policy.clients, parse_client_name) : Result<void>();
}

Result<KeyPolicy> read_policy(const GivenPolicy& given) {
    if (given.values.contains("kinds") && given.values.contains("magic-bytes")) {
        return fail(Errc::bad_option,
                    given.origin + ": kinds and magic-bytes say the same; give one of them");
    }
    KeyPolicy policy;
    for (const auto& [name, one] : given.values) {
        if (const auto read = read_condition(name, one.values, policy); !read) {
            return fail(Errc::bad_option, fmt::format("{}: {}", one.origin, reason(read.error())));
        }
    }
    return policy;
}

// Why a client of this name can never come, or nothing.
std::string_view cannot_come(const ClientName& name, const Config& config) {
    if (std::holds_alternative<apdu::KeyHash>(name)) {
        return config.require_authentication ? ""
                                             : "shows its key with require-authentication only";
    }
    if (std::holds_alternative<CertificateName>(name)) {
        return config.tls.client_ca ? "" : "shows its certificate with tls-client-ca only";
    }
    switch (std::get<Listener>(name)) {
        case Listener::http:
            return config.http.empty() ? "cannot come, because http is none" : "";
        case Listener::https:
            return config.https.empty() ? "cannot come, because https is none" : "";
        case Listener::tcp:
            return config.tcp.empty() ? "cannot come, because tcp is none" : "";
        case Listener::unix_socket:
            return config.unix_socket ? "" : "cannot come, because unix is not given";
    }
    return "";
}

// Every value of every condition must be able to be met.
Result<void> check_conditions(const KeyPolicy& policy, const Config& config) {
    for (const auto byte : policy.magic_bytes.value_or(std::set<std::uint8_t>())) {
        if (!config.magic_bytes.contains(byte)) {
            return fail(Errc::bad_option,
                        fmt::format("0x{:02x} is not signed, because magic-bytes outside of the "
                                    "policy does not name it",
                                    byte));
        }
    }
    for (const auto& client : policy.clients.value_or(std::set<ClientName>())) {
        if (const auto why = cannot_come(client, config); !why.empty()) {
            return fail(Errc::bad_option, fmt::format("{} {}", client_name_text(client), why));
        }
    }
    return {};
}

// The list of tables that this one belongs to.
Result<std::vector<KeyPolicy>*> tables_of(const GivenPolicy& given, KeyPolicies& policies) {
    const auto key = given.values.find("key");
    if (key == given.values.end()) {
        return fail(
            Errc::bad_option,
            given.origin + ": its key is missing; give an address, or \"*\" for the others");
    }
    const auto& [values, origin] = key->second;
    if (values.front() == "*") {
        return &policies.of_others;
    }
    const auto hash = apdu::parse_key_hash(values.front());
    return hash ? Result<std::vector<KeyPolicy>*>(&policies.of_key[*hash])
                : fail(Errc::bad_option, fmt::format("{}: {}", origin, reason(hash.error())));
}

Result<void> add_policy(const GivenPolicy& given, Config& config) {
    const auto policy = read_policy(given);
    if (!policy) {
        return policy.error();
    }
    if (const auto sound = check_conditions(*policy, config); !sound) {
        return fail(Errc::bad_option, fmt::format("{}: {}", given.origin, sound.error().detail));
    }
    const auto tables = tables_of(given, config.policies);
    if (!tables) {
        return tables.error();
    }
    if (std::find((*tables)->begin(), (*tables)->end(), *policy) != (*tables)->end()) {
        return fail(Errc::bad_option, given.origin + ": another table of this key says the same");
    }
    (*tables)->push_back(*policy);
    return {};
}

}  // namespace

std::optional<Shape> policy_shape(std::string_view name) {
    const auto* const found = std::find_if(
        kKeys.begin(), kKeys.end(), [name](const auto& row) { return row.first == name; });
    return found == kKeys.end() ? std::nullopt : std::optional(found->second);
}

Result<void> check_policies(const Config& config) {
    auto tables = config.policies.of_others;
    for (const auto& [key, own] : config.policies.of_key) {
        tables.insert(tables.end(), own.begin(), own.end());
    }
    for (const auto& table : tables) {
        if (const auto sound = check_conditions(table, config); !sound) {
            return fail(Errc::bad_option, "policy: " + sound.error().detail);
        }
    }
    return {};
}

Result<void> apply_policies(const std::vector<GivenPolicy>& given, Config& config) {
    for (const auto& one : given) {
        if (auto added = add_policy(one, config); !added) {
            return added;
        }
    }
    return {};
}

}  // namespace ledger_bridge::daemon
