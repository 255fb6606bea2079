// The four-word name by which Tezos tools know a Ledger: "masculine-pig-stupendous-dugong".
#pragma once

#include <string>

#include "apdu/keys.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::apdu {

// The name of the device whose ed25519 key at DerivationPath::root() this is.
std::string animal_name(const PublicKey& root_ed25519);

// A device's name as four words: they are made of the root key's tag and hash, which its tz1
// address has too. What is no address stays as it is.
std::string name_in_words(const std::string& name);

// The name that belongs to any bytes: four BLAKE2b-256 in a chain, each read as a little-endian
// number, pick adjective, animal, adjective, animal. Source: Octez, ledger_names.ml.
std::string animal_name_of_bytes(ByteView bytes);

}  // namespace ledger_bridge::apdu
