// Builds messages field by field, each field replaceable, for the tests of the parser.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::floor::test {

struct Block {
    std::uint8_t magic = 0x11;
    std::uint32_t chain = 0x7a06a770;
    std::uint32_t level = 12345678;
    std::uint32_t fitness_level = 12345678;
    std::optional<std::uint32_t> fitness_size =
        std::nullopt;  // default: what fits the locked round
    std::uint32_t version_size = 1;
    std::uint8_t version = 2;
    std::uint32_t fitness_level_size = 4;
    std::optional<std::uint32_t> locked_round_size =
        std::nullopt;  // default: what fits the locked round
    std::optional<std::uint32_t> locked_round = std::nullopt;
    std::uint32_t predecessor_round_size = 4;
    std::uint32_t predecessor_round = 0xffffffff;
    std::uint32_t round_size = 4;
    std::uint32_t round = 0;
    std::uint32_t payload_round = 0;
    std::uint8_t nonce_flag = 0;
    bool nonce_hash = false;

    [[nodiscard]] Bytes bytes() const;
};

struct Vote {
    std::uint8_t magic = 0x13;
    std::uint32_t chain = 0x7a06a770;
    std::uint8_t operation = 0x15;
    std::uint32_t level = 12345678;
    std::uint32_t round = 1;
    Bytes dal{};

    [[nodiscard]] Bytes bytes() const;
};

}  // namespace ledger_bridge::floor::test
