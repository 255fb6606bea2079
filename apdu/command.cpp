#include "apdu/command.hpp"

#include <limits>

namespace ledger_bridge::apdu {

Result<Bytes> encode(const Command& command) {
    const auto size = command.data.size();
    if (size > std::numeric_limits<std::uint8_t>::max()) {
        return fail(Errc::message_too_long, std::to_string(size) + " bytes");
    }
    ByteWriter writer;
    writer.u8(command.cla).u8(command.ins).u8(command.p1).u8(command.p2);
    writer.u8(static_cast<std::uint8_t>(size)).bytes(command.data);
    return writer.take();
}

Result<Answer> decode_answer(ByteView message) {
    if (message.size() < 2) {
        return fail(Errc::malformed_answer, "no status word");
    }
    ByteReader reader(message);
    const auto data = reader.bytes(message.size() - 2);
    return Answer{Bytes(data.begin(), data.end()), static_cast<StatusWord>(reader.u16())};
}

}  // namespace ledger_bridge::apdu
