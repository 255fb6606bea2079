#include "daemon/policy/key_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apdu/digest.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/payload.hpp"
#include "daemon/floor/reveal.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::uint8_t kBlockMagic = 0x11;

constexpr std::array<std::pair<std::uint8_t, std::string_view>, 4> kKinds{{
    {kBlockMagic, "block"},
    {0x12, "preattestation"},
    {0x13, "attestation"},
    {floor::kOperationMagic, "reveal"},
}};

constexpr std::string_view kCertificate = "certificate:";

using Tables = std::vector<const KeyPolicy*>;

struct Names {
    const Client& client;

    bool operator()(const apdu::KeyHash& key) const { return client.key == key; }
    bool operator()(const CertificateName& name) const { return client.certificate == name.sha256; }
    bool operator()(Listener listener) const { return client.listener == listener; }
};

bool allows_client(const KeyPolicy& table, const Client& client) {
    return !table.clients ||
           std::any_of(table.clients->begin(), table.clients->end(), [&client](const auto& name) {
               return std::visit(Names{client}, name);
           });
}

bool allows_kind(const KeyPolicy& table, ByteView message) {
    const bool kind =
        !table.magic_bytes || (!message.empty() && table.magic_bytes->contains(message.front()));
    return kind && (table.dal || !floor::has_dal_content(message));
}

std::string magic_byte_name(std::uint8_t byte) {
    const auto* const found = std::find_if(
        kKinds.begin(), kKinds.end(), [byte](const auto& row) { return row.first == byte; });
    return found == kKinds.end() ? fmt::format("0x{:02x}", byte) : std::string(found->second);
}

Error kind_error(const apdu::KeyHash& key, const Client& client, ByteView message) {
    return fail(Errc::policy_kind,
                fmt::format("magic byte {}{} not allowed with {} for {}",
                            message.empty() ? "none" : fmt::format("0x{:02x}", message.front()),
                            floor::has_dal_content(message) ? " with DAL content" : "",
                            key.text(),
                            client.text()));
}

// The tables that allow this client and this kind, or why there is none.
Result<Tables> tables_left(const std::vector<KeyPolicy>& tables,
                           const apdu::KeyHash& key,
                           const Client& client,
                           ByteView message) {
    Tables left;
    for (const auto& table : tables) {
        if (allows_client(table, client)) {
            left.push_back(&table);
        }
    }
    if (left.empty()) {
        return fail(Errc::policy_client, fmt::format("{}, {}", key.text(), client.text()));
    }
    std::erase_if(left, [&](const auto* table) { return !allows_kind(*table, message); });
    return left.empty() ? kind_error(key, client, message) : Result<Tables>(std::move(left));
}

template <class Values, class Text>
std::string list(const Values& values, Text text) {
    std::vector<std::string> texts;
    std::transform(values.begin(), values.end(), std::back_inserter(texts), text);
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::string KeyPolicy::text() const {
    if (magic_bytes && magic_bytes->empty()) {
        return "nothing";
    }
    return fmt::format("{}{} on {} for {}",
                       magic_bytes ? list(*magic_bytes, magic_byte_name) : "every kind",
                       dal ? "" : " without DAL content",
                       chains ? list(*chains, apdu::chain_display_name) : "every chain served",
                       clients ? list(*clients, client_name_text) : "every client");
}

const std::vector<KeyPolicy>& KeyPolicies::tables(const apdu::KeyHash& key) const {
    const auto own = of_key.find(key);
    return own == of_key.end() ? of_others : own->second;
}

std::size_t KeyPolicies::size() const {
    auto size = of_others.size();
    for (const auto& [key, own] : of_key) {
        size += own.size();
    }
    return size;
}

std::vector<std::string> KeyPolicies::texts(const apdu::KeyHash& key) const {
    std::vector<std::string> texts;
    for (const auto& table : tables(key)) {
        texts.push_back(table.text());
    }
    return texts;
}

Result<void> check_policy(const KeyPolicies& policies,
                          const apdu::KeyHash& key,
                          const Client& client,
                          ByteView message) {
    const auto& tables = policies.tables(key);
    if (tables.empty()) {
        return {};
    }
    const auto left = tables_left(tables, key, client, message);
    if (!left) {
        return left.error();
    }
    if (std::any_of(left->begin(), left->end(), [](const auto* table) { return !table->chains; })) {
        return {};
    }
    if (!message.empty() && message.front() == floor::kOperationMagic) {
        return fail(Errc::policy_chain, "a reveal names no chain");
    }
    const auto payload = floor::parse_payload(message);
    if (!payload) {
        return payload.error();
    }
    const auto served = [&](const auto* table) { return table->chains->contains(payload->chain); };
    return std::any_of(left->begin(), left->end(), served)
               ? Result<void>()
               : fail(Errc::policy_chain,
                      fmt::format("{} with {} for {}",
                                  apdu::chain_display_name(payload->chain),
                                  key.text(),
                                  client.text()));
}

Result<void> check_nonce_policy(const KeyPolicies& policies,
                                const apdu::KeyHash& key,
                                const Client& client,
                                ByteView /*message*/) {
    const auto& tables = policies.tables(key);
    if (tables.empty()) {
        return {};
    }
    const auto left = tables_left(tables, key, client, Bytes{kBlockMagic});
    return left ? Result<void>() : left.error();
}

Result<ClientName> parse_client_name(std::string_view text) {
    if (const auto listener = parse_listener(text)) {
        return ClientName(*listener);
    }
    if (text.starts_with(kCertificate)) {
        const auto digits = text.substr(kCertificate.size());
        const auto digest = from_hex(digits);
        if (!digest || digest->size() != apdu::Digest().size()) {
            return fail(Errc::bad_option,
                        fmt::format("'{}' is no SHA-256 of 64 hexadecimal digits", digits));
        }
        return ClientName(CertificateName{to_hex(*digest)});
    }
    if (text.starts_with("tz")) {
        const auto hash = apdu::parse_key_hash(text);
        return hash ? Result<ClientName>(*hash) : hash.error();
    }
    const auto key = apdu::parse_public_key(text);
    return key ? Result<ClientName>(key->hash())
               : fail(Errc::bad_option,
                      fmt::format("'{}' is no client; write tz1…, edpk…, certificate:…, http, "
                                  "https, tcp or unix",
                                  text));
}

std::string client_name_text(const ClientName& name) {
    if (const auto* key = std::get_if<apdu::KeyHash>(&name)) {
        return key->text();
    }
    if (const auto* certificate = std::get_if<CertificateName>(&name)) {
        return std::string(kCertificate) + certificate->sha256;
    }
    return std::string(listener_name(std::get<Listener>(name)));
}

Result<std::uint8_t> parse_kind_name(std::string_view text) {
    for (const auto& [byte, kind] : kKinds) {
        if (kind == text) {
            return byte;
        }
    }
    return fail(
        Errc::bad_option,
        fmt::format("'{}' is no kind; write block, preattestation, attestation or reveal", text));
}

}  // namespace ledger_bridge::daemon
