// Which client may have which messages signed with which key. Pure values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apdu/types.hpp"
#include "daemon/policy/client.hpp"
#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

struct CertificateName {
    std::string sha256;  // as in Client

    auto operator<=>(const CertificateName&) const = default;
};

// One way to say who a client is: by a key it shows, by its certificate, by where it comes in.
using ClientName = std::variant<apdu::KeyHash, CertificateName, Listener>;

// One table: a request that meets all its conditions passes. A condition that is not there is met;
// an empty set of magic bytes lets nothing pass.
struct KeyPolicy {
    std::optional<std::set<std::uint8_t>> magic_bytes = std::nullopt;
    std::optional<std::set<apdu::ChainId>> chains = std::nullopt;
    std::optional<std::set<ClientName>> clients = std::nullopt;
    bool dal = true;  // whether an attestation may have DAL content

    // "attestation, preattestation on mainnet for tz1…, unix".
    [[nodiscard]] std::string text() const;

    bool operator==(const KeyPolicy&) const = default;
};

// The tables of one key are alternatives. Those of the other keys count for every key that has no
// table of its own, so a narrow table is never widened by a general one. A key with neither has no
// policy: everybody who is let in may use it.
struct KeyPolicies {
    std::map<apdu::KeyHash, std::vector<KeyPolicy>> of_key = {};
    std::vector<KeyPolicy> of_others = {};

    [[nodiscard]] const std::vector<KeyPolicy>& tables(const apdu::KeyHash& key) const;
    // Of all tables.
    [[nodiscard]] std::size_t size() const;
    // One text a table of this key.
    [[nodiscard]] std::vector<std::string> texts(const apdu::KeyHash& key) const;

    bool operator==(const KeyPolicies&) const = default;
};

// Whether one table lets this pass. The client is looked at first, then the kind, then the chain;
// the error names the first of them that no table is left for.
// Errors: policy_client, policy_kind, policy_chain; bad_message and others of parse_payload where
// the chain decides and cannot be read.
Result<void> check_policy(const KeyPolicies& policies,
                          const apdu::KeyHash& key,
                          const Client& client,
                          ByteView message);

// A nonce belongs to a block, and its message names no kind and no chain: who may have blocks
// signed with this key may have it. Errors: policy_client, policy_kind.
Result<void> check_nonce_policy(const KeyPolicies& policies,
                                const apdu::KeyHash& key,
                                const Client& client,
                                ByteView message);

using PolicyCheck = std::function<Result<void>(
    const KeyPolicies& policies, const apdu::KeyHash& key, const Client& client, ByteView message)>;

// What a table can say. "tz1…", "edpk…", "certificate:<64 hexadecimal digits>", or a listener's
// name. Errors: bad_option, bad_key, bad_base58.
Result<ClientName> parse_client_name(std::string_view text);
std::string client_name_text(const ClientName& name);
// "block" is 0x11, "preattestation" 0x12, "attestation" 0x13, "reveal" 0x03. Errors: bad_option.
Result<std::uint8_t> parse_kind_name(std::string_view text);

}  // namespace ledger_bridge::daemon
