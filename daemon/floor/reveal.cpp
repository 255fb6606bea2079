#include "daemon/floor/reveal.hpp"

#include "daemon/floor/manager_fields.hpp"

namespace ledger_bridge::floor {

namespace {

constexpr std::uint8_t kNoProof = 0x00;

}  // namespace

Result<apdu::Digest> parse_reveal(ByteView message, const apdu::KeyHash& key) {
    Fields fields(message);
    fields.u8("magic byte", {kOperationMagic});
    fields.skip("branch", 32);
    fields.u8("operation", {kRevealTag});
    read_manager(fields, key);
    read_revealed_key(fields, key);
    if (!fields.at_end()) {
        fields.u8("end of the operation, or no proof", {kNoProof});
    }
    fields.rest("end of the operation", 0, 0);
    return fields.ok() ? Result<apdu::Digest>(apdu::blake2b_256(message)) : *fields.error();
}

}  // namespace ledger_bridge::floor
