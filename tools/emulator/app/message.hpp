// What the app reads of a block, a preattestation or an attestation; it looks at nothing else.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

inline constexpr std::uint8_t kBlockMagic = 0x11;
inline constexpr std::uint8_t kPreattestationMagic = 0x12;
inline constexpr std::uint8_t kAttestationMagic = 0x13;
inline constexpr std::uint8_t kOperationMagic = 0x03;

enum class Kind { block, preattestation, attestation };

struct BakingMessage {
    Kind kind = Kind::block;
    std::uint32_t chain = 0;
    std::uint32_t level = 0;
    std::uint32_t round = 0;
};

// The message begins with its magic byte, which alone tells its kind. Nothing when the app answers
// 9405: another magic byte, or fewer bytes than the app reads. Bytes after those are not looked at.
//
// | block: offset | size | meaning                                                  |
// |---------------|------|----------------------------------------------------------|
// | 1, 5          | 4, 4 | chain id, level                                          |
// | 9             | 74   | skipped                                                  |
// | 83            | 4    | size of the fitness: 33 or 37                            |
// | 87            |      | five sized fields: version (1 byte: 2), three skipped of |
// |               |      | any size, round (4 bytes)                                |
//
// | vote: offset | size | meaning                                           |
// |--------------|------|---------------------------------------------------|
// | 1            | 4    | chain id                                          |
// | 5            | 35   | skipped: branch, operation tag, slot              |
// | 40, 44       | 4, 4 | level, round                                      |
// | 48           | 32   | skipped, but must be there                        |
std::optional<BakingMessage> parse_baking_message(ByteView message);

}  // namespace ledger_bridge::emulator
