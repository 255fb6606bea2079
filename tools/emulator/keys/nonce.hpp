// The deterministic nonces of RFC 6979 with HMAC-SHA256, for orders of 256 bits.
#pragma once

#include "tools/emulator/keys/digest.hpp"
#include "tools/emulator/keys/ecdsa.hpp"

namespace ledger_bridge::emulator {

// The candidates of section 3.2, step h, in order. The caller skips those that are 0 or not below
// the order, and those that give a zero r or s.
class NonceSequence {
public:
    // `reduced` is the digest mod n (bits2octets).
    NonceSequence(const SecretKey& secret, const SecretKey& reduced);

    SecretKey next();

private:
    void update(ByteView more);

    Digest key_{};
    Digest value_{};
    bool first_ = true;
};

}  // namespace ledger_bridge::emulator
