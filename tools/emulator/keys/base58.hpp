// Base58Check, one way: for the addresses and chain ids on the screen.
#pragma once

#include <string>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

// Base58 of `data` and the first four bytes of its double SHA-256.
std::string base58check(ByteView data);

}  // namespace ledger_bridge::emulator
