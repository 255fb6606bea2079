#include "tools/emulator/app/message.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint32_t kShortFitness = 33;  // no locked round
constexpr std::uint32_t kLongFitness = 37;
constexpr std::uint8_t kFitnessVersion = 2;

std::optional<std::uint32_t> read_fitness_round(ByteReader& reader) {
    const auto size = reader.u32();
    const auto version_size = reader.u32();
    const auto version = reader.u8();
    for (int skipped = 0; skipped < 3; ++skipped) {
        reader.bytes(reader.u32());
    }
    const auto round_size = reader.u32();
    const auto round = reader.u32();
    const auto known = (size == kShortFitness || size == kLongFitness) && version_size == 1 &&
                       version == kFitnessVersion && round_size == 4;
    return reader.ok() && known ? std::optional(round) : std::nullopt;
}

std::optional<BakingMessage> read_block(ByteReader& reader) {
    BakingMessage message;
    message.chain = reader.u32();
    message.level = reader.u32();
    reader.bytes(1 + 32 + 8 + 1 + 32);  // protocol, predecessor, time, passes, operations
    const auto round = read_fitness_round(reader);
    message.round = round.value_or(0);
    return round ? std::optional(message) : std::nullopt;
}

std::optional<BakingMessage> read_vote(ByteReader& reader, Kind kind) {
    BakingMessage message;
    message.kind = kind;
    message.chain = reader.u32();
    reader.bytes(32 + 1 + 2);  // branch, operation tag, slot
    message.level = reader.u32();
    message.round = reader.u32();
    reader.bytes(32);  // hash of the block
    return reader.ok() ? std::optional(message) : std::nullopt;
}

}  // namespace

std::optional<BakingMessage> parse_baking_message(ByteView message) {
    ByteReader reader(message);
    switch (reader.u8()) {
        case kBlockMagic:
            return read_block(reader);
        case kPreattestationMagic:
            return read_vote(reader, Kind::preattestation);
        case kAttestationMagic:
            return read_vote(reader, Kind::attestation);
        default:
            return std::nullopt;
    }
}

}  // namespace ledger_bridge::emulator
