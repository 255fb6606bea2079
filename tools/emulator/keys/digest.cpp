#include "tools/emulator/keys/digest.hpp"

#include <sodium.h>

namespace ledger_bridge::emulator {

Digest blake2b_256(ByteView data) {
    Digest hash{};
    crypto_generichash(hash.data(), hash.size(), data.data(), data.size(), nullptr, 0);
    return hash;
}

KeyHash blake2b_160(ByteView data) {
    KeyHash hash{};
    crypto_generichash(hash.data(), hash.size(), data.data(), data.size(), nullptr, 0);
    return hash;
}

Digest sha256(ByteView data) {
    Digest hash{};
    crypto_hash_sha256(hash.data(), data.data(), data.size());
    return hash;
}

Hash512 sha512(ByteView data) {
    Hash512 hash{};
    crypto_hash_sha512(hash.data(), data.data(), data.size());
    return hash;
}

Digest hmac_sha256(ByteView key, ByteView data) {
    crypto_auth_hmacsha256_state state{};
    Digest mac{};
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, data.data(), data.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return mac;
}

Hash512 hmac_sha512(ByteView key, ByteView data) {
    crypto_auth_hmacsha512_state state{};
    Hash512 mac{};
    crypto_auth_hmacsha512_init(&state, key.data(), key.size());
    crypto_auth_hmacsha512_update(&state, data.data(), data.size());
    crypto_auth_hmacsha512_final(&state, mac.data());
    return mac;
}

}  // namespace ledger_bridge::emulator
