// Any bytes as an answer of the device, through every decoder.

#include "apdu/instructions.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::apdu {
namespace {

constexpr Curve kCurves[] = {Curve::ed25519, Curve::secp256k1, Curve::p256, Curve::bip25519};

void check_key(Curve curve, ByteView data) {
    const auto key = decode_public_key(curve, data);
    if (key) {
        const auto again = parse_public_key(key->text());
        require(again && *again == *key, "a key survives its text");
        const auto hash = parse_key_hash(key->hash().text());
        require(hash && *hash == key->hash(), "an address survives its text");
    }
}

void check_signature(Curve curve, ByteView data) {
    const auto decoded = decode_signature_with_hash(curve, data);
    if (decoded) {
        const auto text = signature_text(key_kind(curve), decoded->signature);
        const auto again = parse_signature(text);
        require(again && *again == decoded->signature, "a signature survives its text");
    }
}

void check_authorized_key(ByteView data) {
    const auto key = decode_auth_key_with_curve(data);
    if (key && *key) {
        const auto command = get_public_key(**key);
        require(command.p2 == data[0], "the curve is the first byte");
        require(to_hex(command.data) == to_hex(data.subspan(1)), "the path is the rest");
    }
}

void check_marks(ByteView data) {
    const auto marks = decode_all_hwm(data);
    require(marks.has_value() == (data.size() == 20), "marks are 20 bytes");
    require(decode_main_hwm(data).has_value() == (data.size() == 8), "a mark is 8 bytes");
    if (marks) {
        const auto chain = parse_chain_id(marks->chain.text());
        require(chain && *chain == marks->chain, "a chain survives its text");
    }
}

void check_version(ByteView data) {
    const auto version = decode_version(data);
    require(!version || version->text().find('.') < 4, "a version begins with a byte");
}

// Those whose acceptance says no more than that they read every byte.
bool accepted_by_others(ByteView data) {
    return decode_app_info(data) || decode_version(data) || decode_git(data) ||
           decode_auth_key(data) || decode_hmac(data) || decode_empty(data);
}

void decode_everything(ByteView message) {
    const auto answer = decode_answer(message);
    require(answer.has_value() == (message.size() >= 2), "an answer has a status word");
    if (!answer) {
        return;
    }
    for (const auto curve : kCurves) {
        check_key(curve, answer->data);
        check_signature(curve, answer->data);
    }
    check_authorized_key(answer->data);
    check_marks(answer->data);
    check_version(answer->data);
    require(accepted_by_others(answer->data) || !answer->data.empty(), "empty data is empty");
}

}  // namespace
}  // namespace ledger_bridge::apdu

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ledger_bridge::apdu::decode_everything({data, size});
    return 0;
}
