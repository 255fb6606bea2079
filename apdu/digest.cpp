#include "apdu/digest.hpp"

#include <sodium.h>

namespace ledger_bridge::apdu {

namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> blake2b(ByteView data) {
    std::array<std::uint8_t, Size> hash{};
    crypto_generichash_blake2b(hash.data(), hash.size(), data.data(), data.size(), nullptr, 0);
    return hash;
}

}  // namespace

Digest blake2b_256(ByteView data) {
    return blake2b<32>(data);
}

Hash160 blake2b_160(ByteView data) {
    return blake2b<20>(data);
}

}  // namespace ledger_bridge::apdu
