// Any bytes as a request of the socket protocol, without its length.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "daemon/socket/socket_message.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr std::size_t kSignHead = 26;  // tag, kind and hash of the key, length of the message

void check_sign(ByteView request, const SocketSign& sign) {
    require(request.size() >= kSignHead + sign.message.size(), "a request has its message");
    require(request[1] == static_cast<std::uint8_t>(sign.key.kind), "the key's kind is at 1");
    require(std::ranges::equal(request.subspan(2, 20), sign.key.hash), "its hash is at 2");
    require(std::ranges::equal(request.subspan(kSignHead, sign.message.size()), sign.message),
            "the message is at 26");
    const auto rest = request.subspan(kSignHead + sign.message.size());
    require(sign.credential.has_value() != rest.empty(), "what follows is a credential");
    if (sign.credential && *sign.credential) {
        require(std::ranges::equal((**sign.credential).raw, rest), "whole");
        require(signature_reply(**sign.credential).size() == 1 + rest.size(), "and in a reply");
    }
}

// A byte that says what it is, and a list after its size.
void check_replies(const apdu::KeyHash& key) {
    constexpr std::size_t kEntry = 21;
    const std::vector<apdu::KeyHash> keys(3, key);
    require(known_keys_reply(keys).size() == 5 + 3 * kEntry, "three keys");
    require(authorized_keys_reply(keys).size() == 6 + 3 * kEntry, "three keys that may ask");
    require(authorized_keys_reply(std::nullopt).size() == 2, "everybody may ask");
    require(nonce_reply(apdu::Digest{}).size() == 5 + 32, "a nonce after its size");
    const auto public_key =
        apdu::parse_public_key("edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav");
    require(public_key && public_key_reply(*public_key).size() == 2 + 32, "a key after its kind");
    require(supports_nonces_reply(true) != supports_nonces_reply(false), "yes is not no");
}

void check_error(const Error& error) {
    const auto reply = error_reply({{{"kind", "temporary"}, {"msg", error.text()}}});
    ByteReader reader(reply);
    require(reader.u8() == 1 && reader.u32() == reader.remaining(), "an error fills its reply");
    require(reader.u32() == reader.remaining(), "a document fills its place");
}

}  // namespace
}  // namespace ledger_bridge::daemon

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    const ByteView bytes{data, size};
    const auto request = daemon::parse_socket_request(bytes);
    if (!request) {
        daemon::check_error(request.error());
    } else if (const auto* const sign = std::get_if<daemon::SocketSign>(&*request)) {
        daemon::check_sign(bytes, *sign);
    } else if (std::holds_alternative<daemon::SocketPublicKey>(*request)) {
        require(size == 22, "a question for a key is its hash");
        daemon::check_replies(std::get<daemon::SocketPublicKey>(*request).key);
    }
    return 0;
}
