// Any text as Base58Check of every kind there is, and any bytes there and back.

#include <string_view>

#include "apdu/base58.hpp"
#include "apdu/keys.hpp"
#include "apdu/ledger_uri.hpp"
#include "apdu/signature.hpp"
#include "apdu/types.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::apdu {
namespace {

void parse_as_everything(std::string_view text) {
    const auto chain = parse_chain_id(text);
    require(!chain || text.starts_with("Net") ? !chain || chain->text() == text
                                              : chain_display_name(*chain) == text,
            "a chain id is the only text of its chain");
    const auto hash = parse_key_hash(text);
    require(!hash || hash->text() == text, "an address has one text");
    const auto key = parse_public_key(text);
    require(!key || key->text() == text, "a key has one text");
    const auto uri = parse_ledger_uri(text);
    require(!uri || parse_ledger_uri(uri->text()).value() == *uri, "a URI survives its text");
    static_cast<void>(parse_signature(text).has_value());
}

void round_trip(ByteView payload) {
    const Bytes prefix{0x06, 0xa1, 0x9f};
    const auto text = base58check_encode(prefix, payload);
    const auto decoded = base58check_decode(text, prefix, payload.size());
    require(decoded && to_hex(*decoded) == to_hex(payload), "a payload comes back as it was");
    require(!base58check_decode(text, prefix, payload.size() + 1), "the size is checked");
}

}  // namespace
}  // namespace ledger_bridge::apdu

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Longer ones are slow (the work grows with the square) and show nothing new.
    constexpr std::size_t kLongest = 200;
    if (size > kLongest) {
        return 0;
    }
    const std::string text(data, data + size);
    ledger_bridge::apdu::parse_as_everything(text);
    ledger_bridge::apdu::round_trip({data, size});
    return 0;
}
