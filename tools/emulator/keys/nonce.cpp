#include "tools/emulator/keys/nonce.hpp"

namespace ledger_bridge::emulator {

NonceSequence::NonceSequence(const SecretKey& secret, const SecretKey& reduced) {
    value_.fill(0x01);
    const auto material = ByteWriter().u8(0).bytes(secret).bytes(reduced).take();
    update(material);
    const auto second = ByteWriter().u8(1).bytes(secret).bytes(reduced).take();
    update(second);
}

void NonceSequence::update(ByteView more) {
    key_ = hmac_sha256(key_, ByteWriter().bytes(value_).bytes(more).take());
    value_ = hmac_sha256(key_, value_);
}

SecretKey NonceSequence::next() {
    if (!first_) {
        update(Bytes{0x00});
    }
    first_ = false;
    value_ = hmac_sha256(key_, value_);
    return value_;
}

}  // namespace ledger_bridge::emulator
