// What the app reads of a group of manager operations: reveals and at most one delegation.
#pragma once

#include <cstdint>

#include "driver/base/bytes.hpp"
#include "tools/emulator/keys/key_pair.hpp"

namespace ledger_bridge::emulator {

struct Operations {
    enum class Reading {
        complete,    // ends after an operation, and there is at least one
        incomplete,  // nothing wrong so far
        malformed,   // 9405: another operation, source, key or delegate than the app reads
    };

    Reading reading = Reading::incomplete;
    bool delegates = false;
    // The delegate is the signing key itself.
    bool delegates_to_signer = false;
    // Of all operations together, in millionths of a tez.
    std::uint64_t fee = 0;
};

// `group` begins after the magic byte:
// branch(32) then any number of
//   tag(1: 6b reveal, 6e delegation) source(21) fee counter gas storage (zarith numbers below 2^64)
//   reveal: kind of key(1) compressed key(32 or 33); delegation: 00, or any other byte and key
//   hash(21).
// Every source and every revealed key must be `signer`'s.
Operations parse_operations(ByteView group, const KeyPair& signer);

}  // namespace ledger_bridge::emulator
