#include "daemon/socket_service.hpp"

#include <variant>

#include <nlohmann/json.hpp>

#include "apdu/digest.hpp"
#include "daemon/errors.hpp"
#include "daemon/http/answers.hpp"

namespace ledger_bridge::daemon {

namespace {

Bytes error_bytes(const Error& error) {
    return error_reply(nlohmann::ordered_json::parse(error_answer(error).body));
}

}  // namespace

void SocketService::handle(const Client& client, const Bytes& request, const SocketReply& reply) {
    const auto parsed = parse_socket_request(request);
    if (!parsed) {
        return reply(error_bytes(parsed.error()));
    }
    if (const auto* sign_request = std::get_if<SocketSign>(&*parsed)) {
        return sign(*sign_request, client, reply);
    }
    if (const auto* nonce_request = std::get_if<SocketNonce>(&*parsed)) {
        return nonce(*nonce_request, client, reply);
    }
    const auto answered = answer(*parsed);
    reply(answered ? *answered : error_bytes(answered.error()));
}

void SocketService::sign(const SocketSign& request,
                         const Client& client,
                         const SocketReply& reply) {
    keys_.sign({request.key, request.message, client, request.credential},
               [reply](const Result<apdu::Signature>& signature) {
                   reply(signature ? signature_reply(*signature) : error_bytes(signature.error()));
               });
}

void SocketService::nonce(const SocketNonce& request,
                          const Client& client,
                          const SocketReply& reply) {
    keys_.nonce({request.key, request.message, client, request.credential},
                [reply, hashed = request.hashed](const Result<apdu::Digest>& nonce) {
                    reply(!nonce   ? error_bytes(nonce.error())
                          : hashed ? nonce_reply(apdu::blake2b_256(*nonce))
                                   : nonce_reply(*nonce));
                });
}

Result<Bytes> SocketService::answer(const SocketRequest& request) {
    if (const auto* key = std::get_if<SocketPublicKey>(&request)) {
        return public_key(key->key);
    }
    if (std::holds_alternative<SocketAuthorizedKeys>(request)) {
        return authorized_keys_reply(keys_.authorized_keys());
    }
    if (std::holds_alternative<SocketKnownKeys>(request)) {
        return known_keys();
    }
    if (std::holds_alternative<SocketSupportsNonces>(request)) {
        return supports_nonces_reply(keys_.gives_nonces());
    }
    return fail(Errc::possession_off);
}

Result<Bytes> SocketService::public_key(const apdu::KeyHash& key) const {
    const auto held = keys_.find(key);
    return held ? Result<Bytes>(public_key_reply(held->key)) : held.error();
}

Result<Bytes> SocketService::known_keys() const {
    const auto known = keys_.known_keys();
    return known ? Result<Bytes>(known_keys_reply(*known)) : known.error();
}

}  // namespace ledger_bridge::daemon
