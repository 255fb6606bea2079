#include "daemon/floor/delegation.hpp"

#include "daemon/floor/manager_fields.hpp"
#include "daemon/floor/reveal.hpp"

namespace ledger_bridge::floor {

namespace {

constexpr std::uint8_t kNoProof = 0x00;
constexpr std::uint8_t kNoDelegate = 0x00;
constexpr std::uint8_t kDelegate = 0xff;

std::uint8_t read_tag_after_reveal(Fields& fields) {
    if (fields.at_end()) {
        fields.skip("operation after the reveal", 0);
        fields.refuse(Errc::bad_message, "the end", operation_text(kDelegationTag));
    }
    const auto tag = fields.u8("operation after the reveal");
    if (tag == kNoProof) {
        fields.refuse(
            Errc::bad_message,
            "0x00, the end of a reveal in newer protocols, which the Baking app cannot read",
            operation_text(kDelegationTag));
    }
    return tag;
}

void require_delegation(Fields& fields, std::uint8_t tag) {
    if (tag != kDelegationTag) {
        fields.refuse(Errc::bad_message, operation_text(tag), operation_text(kDelegationTag));
    }
}

void read_delegate(Fields& fields, const apdu::KeyHash& key) {
    const auto present = fields.u8("delegate");
    if (present == kNoDelegate) {
        fields.refuse(Errc::bad_message, "none, which withdraws the delegation", key.text());
    }
    fields.require(present, {kDelegate});
    read_key_hash(fields, "delegate", key);
}

void read_end(Fields& fields) {
    if (!fields.at_end()) {
        const auto tag = fields.u8("end of the operation");
        fields.refuse(Errc::bad_message, operation_text(tag), "nothing");
    }
}

}  // namespace

Result<Delegation> parse_delegation(ByteView message, const apdu::KeyHash& key) {
    Fields fields(message);
    Delegation delegation;
    fields.u8("magic byte", {kOperationMagic});
    fields.skip("branch", 32);
    auto tag = fields.u8("operation");
    if (tag == kRevealTag) {
        delegation.reveals = true;
        delegation.fee = read_manager(fields, key);
        read_revealed_key(fields, key);
        tag = read_tag_after_reveal(fields);
    }
    require_delegation(fields, tag);
    delegation.fee += read_manager(fields, key);
    read_delegate(fields, key);
    read_end(fields);
    delegation.digest = apdu::blake2b_256(message);
    return fields.ok() ? Result<Delegation>(delegation) : *fields.error();
}

}  // namespace ledger_bridge::floor
