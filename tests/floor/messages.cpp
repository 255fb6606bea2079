#include "tests/floor/messages.hpp"

namespace ledger_bridge::floor::test {

Bytes Block::bytes() const {
    ByteWriter writer;
    writer.u8(magic).u32(chain).u32(level).u8(0x19).bytes(Bytes(32, 0xaa)).bytes(Bytes(8, 0x01));
    writer.u8(4).bytes(Bytes(32, 0xbb));
    writer.u32(fitness_size.value_or(locked_round ? 37 : 33));
    writer.u32(version_size).u8(version).u32(fitness_level_size).u32(fitness_level);
    writer.u32(locked_round_size.value_or(locked_round ? 4 : 0));
    if (locked_round) {
        writer.u32(*locked_round);
    }
    writer.u32(predecessor_round_size).u32(predecessor_round).u32(round_size).u32(round);
    writer.bytes(Bytes(32, 0xcc)).bytes(Bytes(32, 0xdd)).u32(payload_round).bytes(Bytes(8, 0x77));
    writer.u8(nonce_flag);
    if (nonce_hash) {
        writer.bytes(Bytes(32, 0xee));
    }
    return writer.u8(0x02).take();
}

Bytes Vote::bytes() const {
    ByteWriter writer;
    writer.u8(magic).u32(chain).bytes(Bytes(32, 0x20)).u8(operation).u16(0x0102);
    return writer.u32(level).u32(round).bytes(Bytes(32, 0x80)).bytes(dal).take();
}

}  // namespace ledger_bridge::floor::test
