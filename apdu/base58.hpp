// Base58Check, the text form of Tezos' keys, hashes and signatures.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "apdu/errors.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// Base58 of prefix, payload and the first 4 bytes of SHA256(SHA256(prefix, payload)).
std::string base58check_encode(ByteView prefix, ByteView payload);

// The payload of a text whose prefix and payload size are known.
// Errors: bad_base58, with the reason: a foreign character, another length or prefix, a wrong
// check sum. The only accepted text of a payload is the one that base58check_encode gives.
Result<Bytes> base58check_decode(std::string_view text, ByteView prefix, std::size_t payload_size);

}  // namespace ledger_bridge::apdu
