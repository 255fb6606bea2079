#include "daemon/socket/socket_message.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

enum class Tag : std::uint8_t {
    sign = 0,
    public_key = 1,
    authorized_keys = 2,
    nonce = 3,
    nonce_hash = 4,
    supports_nonces = 5,
    known_keys = 6,
    prove_possession = 7,
};

constexpr std::uint8_t kTz4 = 3;
constexpr std::uint8_t kOk = 0;
constexpr std::uint8_t kError = 1;
constexpr std::uint8_t kTrue = 0xff;
constexpr std::uint8_t kFalse = 0;
constexpr std::size_t kHashSize = 20;
constexpr std::size_t kKeyHashSize = 1 + kHashSize;
constexpr std::size_t kBlsSignatureSize = 96;

Error not_understood(std::string_view what) {
    return fail(Errc::bad_request, fmt::format("{} of the socket protocol", what));
}

Result<apdu::KeyHash> read_key_hash(ByteReader& reader) {
    const auto kind = reader.u8();
    const auto hash = reader.bytes(kHashSize);
    if (!reader.ok()) {
        return not_understood("a cut request");
    }
    if (kind == kTz4) {
        return fail(Errc::tz4_refused);
    }
    if (kind > static_cast<std::uint8_t>(apdu::KeyKind::tz3)) {
        return not_understood(fmt::format("key tag {}, which is none,", kind));
    }
    apdu::KeyHash key{static_cast<apdu::KeyKind>(kind), {}};
    std::copy(hash.begin(), hash.end(), key.hash.begin());
    return key;
}

bool may_be_signature(ByteView rest) {
    return rest.empty() || rest.size() == apdu::Signature().raw.size() ||
           rest.size() == kBlsSignatureSize;
}

// What is left of the request. One of BLS is whole, and of no client's key.
Credential read_credential(ByteView rest) {
    if (rest.empty()) {
        return std::nullopt;
    }
    apdu::Signature signature;
    if (rest.size() != signature.raw.size()) {
        return Result<apdu::Signature>(
            fail(apdu::Errc::bad_signature, fmt::format("{} bytes", rest.size())));
    }
    std::copy(rest.begin(), rest.end(), signature.raw.begin());
    return Result<apdu::Signature>(signature);
}

// Key, message and perhaps a credential: what a signature and a nonce are asked for with.
Result<SocketSign> read_ask(ByteReader& reader) {
    const auto key = read_key_hash(reader);
    if (!key) {
        return key.error();
    }
    const auto message = reader.bytes(reader.u32());
    if (!reader.ok()) {
        return not_understood("a cut request");
    }
    const auto rest = reader.rest();
    if (!may_be_signature(rest)) {
        return not_understood("a request with surplus bytes");
    }
    return SocketSign{*key, {message.begin(), message.end()}, read_credential(rest)};
}

Result<SocketRequest> read_sign(ByteReader& reader) {
    auto ask = read_ask(reader);
    return ask ? Result<SocketRequest>(*std::move(ask)) : ask.error();
}

Result<SocketRequest> read_nonce(ByteReader& reader, bool hashed) {
    auto ask = read_ask(reader);
    if (!ask) {
        return ask.error();
    }
    return SocketRequest(
        SocketNonce{ask->key, std::move(ask->message), std::move(ask->credential), hashed});
}

template <class Request>
Result<SocketRequest> read_key(ByteReader& reader) {
    const auto key = read_key_hash(reader);
    if (!key) {
        return key.error();
    }
    return reader.complete() ? Result<SocketRequest>(Request{*key})
                             : not_understood("a request with surplus bytes");
}

template <class Request>
Result<SocketRequest> read_empty(const ByteReader& reader) {
    return reader.complete() ? Result<SocketRequest>(Request{})
                             : not_understood("a request with surplus bytes");
}

ByteWriter ok_reply() {
    ByteWriter reply;
    reply.u8(kOk);
    return reply;
}

void append(ByteWriter& reply, const std::vector<apdu::KeyHash>& keys) {
    reply.u32(static_cast<std::uint32_t>(keys.size() * kKeyHashSize));
    for (const auto& key : keys) {
        reply.u8(static_cast<std::uint8_t>(key.kind)).bytes(key.hash);
    }
}

}  // namespace

Result<SocketRequest> parse_socket_request(ByteView request) {
    ByteReader reader(request);
    const auto tag = reader.u8();
    if (!reader.ok()) {
        return not_understood("an empty request");
    }
    switch (static_cast<Tag>(tag)) {
        case Tag::sign:
            return read_sign(reader);
        case Tag::public_key:
            return read_key<SocketPublicKey>(reader);
        case Tag::authorized_keys:
            return read_empty<SocketAuthorizedKeys>(reader);
        case Tag::known_keys:
            return read_empty<SocketKnownKeys>(reader);
        case Tag::nonce:
            return read_nonce(reader, false);
        case Tag::nonce_hash:
            return read_nonce(reader, true);
        case Tag::supports_nonces:
            return read_key<SocketSupportsNonces>(reader);
        // What is refused whatever it says is not read.
        case Tag::prove_possession:
            return SocketRequest(SocketProvePossession{});
    }
    return not_understood(fmt::format("tag {}, which is none,", tag));
}

Bytes signature_reply(const apdu::Signature& signature) {
    return ok_reply().bytes(signature.raw).take();
}

Bytes public_key_reply(const apdu::PublicKey& key) {
    return ok_reply().u8(static_cast<std::uint8_t>(key.kind())).bytes(key.raw()).take();
}

Bytes authorized_keys_reply(const std::optional<std::vector<apdu::KeyHash>>& keys) {
    auto reply = ok_reply();
    reply.u8(keys ? 1 : 0);
    if (keys) {
        append(reply, *keys);
    }
    return reply.take();
}

Bytes known_keys_reply(const std::vector<apdu::KeyHash>& keys) {
    auto reply = ok_reply();
    append(reply, keys);
    return reply.take();
}

Bytes nonce_reply(const apdu::Digest& nonce) {
    return ok_reply().u32(static_cast<std::uint32_t>(nonce.size())).bytes(nonce).take();
}

Bytes supports_nonces_reply(bool supported) {
    return ok_reply().u8(supported ? kTrue : kFalse).take();
}

Bytes error_reply(const nlohmann::ordered_json& errors) {
    ByteWriter list;
    for (const auto& error : errors) {
        const auto document = nlohmann::ordered_json::to_bson(error);
        list.u32(static_cast<std::uint32_t>(document.size())).bytes(document);
    }
    ByteWriter reply;
    reply.u8(kError).u32(static_cast<std::uint32_t>(list.view().size())).bytes(list.view());
    return reply.take();
}

}  // namespace ledger_bridge::daemon
