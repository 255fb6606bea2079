// Keys, marks and devices for the tests of the store.
#pragma once

#include <cstdint>
#include <string_view>

#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor::test {

inline constexpr std::string_view kSampleKey =
    "edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav";

// Different numbers make different values.
MarkKey sample_key(Kind kind = Kind::block, std::uint8_t number = 0);
Position sample_position(std::uint32_t level, std::uint32_t round = 0);
apdu::Digest sample_digest(std::uint32_t number);
apdu::Signature sample_signature(std::uint32_t number);
// Whole microseconds, as the store keeps them.
WallTime sample_time(std::uint32_t number);
AdoptedLevel sample_adopted(std::uint32_t level, ChainScope::Kind kind = ChainScope::Kind::only);
DeviceRecord sample_device(std::uint32_t level);

bool same_mark(const SignedMark& left, const SignedMark& right);

}  // namespace ledger_bridge::floor::test
