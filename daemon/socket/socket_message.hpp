// The binary requests and answers of octez-signer's socket protocol, without their length. Pure.
//
// Source: Octez remote-signer protocol, sockets (octez-v25.1).
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "daemon/authentication.hpp"

namespace ledger_bridge::daemon {

// Before each message, both ways: its length, big-endian.
inline constexpr std::size_t kLengthSize = 2;
inline constexpr std::size_t kMaxMessage = 0xffff;

struct SocketSign {
    apdu::KeyHash key;
    Bytes message;
    Credential credential = std::nullopt;
};

struct SocketPublicKey {
    apdu::KeyHash key;
};

struct SocketAuthorizedKeys {};
struct SocketKnownKeys {};
// A deterministic nonce, or its hash.
struct SocketNonce {
    apdu::KeyHash key;
    Bytes message;
    Credential credential = std::nullopt;
    bool hashed = false;
};
struct SocketSupportsNonces {
    apdu::KeyHash key;
};
struct SocketProvePossession {};

using SocketRequest = std::variant<SocketSign,
                                   SocketPublicKey,
                                   SocketAuthorizedKeys,
                                   SocketKnownKeys,
                                   SocketNonce,
                                   SocketSupportsNonces,
                                   SocketProvePossession>;

// Errors: bad_request for anything but one whole request; tz4_refused for a key of that kind.
Result<SocketRequest> parse_socket_request(ByteView request);

Bytes signature_reply(const apdu::Signature& signature);
Bytes public_key_reply(const apdu::PublicKey& key);
// Nothing: requests need no authentication.
Bytes authorized_keys_reply(const std::optional<std::vector<apdu::KeyHash>>& keys);
Bytes known_keys_reply(const std::vector<apdu::KeyHash>& keys);
// The nonce or its hash.
Bytes nonce_reply(const apdu::Digest& nonce);
Bytes supports_nonces_reply(bool supported);
// `errors` is the array of objects that HTTP answers with; each becomes a BSON document.
Bytes error_reply(const nlohmann::ordered_json& errors);

}  // namespace ledger_bridge::daemon
