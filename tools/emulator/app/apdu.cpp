#include "tools/emulator/app/apdu.hpp"

namespace ledger_bridge::emulator {

std::optional<Apdu> parse_apdu(ByteView bytes) {
    ByteReader reader(bytes);
    Apdu apdu{reader.u8(), reader.u8(), reader.u8(), reader.u8(), {}};
    if (reader.complete()) {
        return apdu;
    }
    apdu.data = reader.bytes(reader.u8());
    return reader.complete() ? std::optional(apdu) : std::nullopt;
}

Bytes answer(Status status, ByteView data) {
    return ByteWriter().bytes(data).u16(static_cast<std::uint16_t>(status)).take();
}

}  // namespace ledger_bridge::emulator
