#include "apdu/errors.hpp"

#include <array>

namespace ledger_bridge::apdu {

namespace {

constexpr int row_value(Errc code) {
    return static_cast<int>(code);
}

constexpr std::array<ErrorRow, 12> kRows{{
    {row_value(Errc::malformed_answer),
     "malformed_answer",
     "the device's answer does not have the shape of the Baking app's answers",
     "check that the Tezos Baking app, 2.5.0 or later, is open; if it is, unplug the device and "
     "plug it in"},
    {row_value(Errc::wrong_app),
     "wrong_app",
     "another app is open on the device",
     "open the Tezos Baking app on the device"},
    {row_value(Errc::no_app_open),
     "no_app_open",
     "no app is open on the device",
     "open the Tezos Baking app on the device; with open-app the daemon asks for it there"},
    {row_value(Errc::bad_path),
     "bad_path",
     "this is no key derivation path",
     "write 1 to 10 numbers like 44h/1729h/0h/0h"},
    {row_value(Errc::bad_curve),
     "bad_curve",
     "this is no curve that can be used for baking with a Ledger",
     "use ed25519, secp256k1, P-256 or bip25519"},
    {row_value(Errc::bad_base58),
     "bad_base58",
     "this text is damaged: it is no Base58Check of the expected kind",
     "copy it again, whole"},
    {row_value(Errc::bad_key),
     "bad_key",
     "this is no public key or address that can be used here",
     "use a tz1, tz2 or tz3 address or an edpk, sppk or p2pk key"},
    {row_value(Errc::bad_signature),
     "bad_signature",
     "this is no signature",
     "if it came from the device, unplug the device and plug it in"},
    {row_value(Errc::bad_chain_id),
     "bad_chain_id",
     "this is no chain",
     "write mainnet, ghostnet, any, or the chain id that begins with NetX"},
    {row_value(Errc::bad_level),
     "bad_level",
     "this is no level that the app accepts",
     "write a number from 0 to 1073741823"},
    {row_value(Errc::bad_ledger_uri),
     "bad_ledger_uri",
     "this is no ledger:// key",
     "write it as ledger://<animal-name>/<curve>/0h/0h, as 'ledgerctl list' prints it"},
    {row_value(Errc::message_too_long),
     "message_too_long",
     "the message is longer than the app accepts",
     "only blocks, preattestations and attestations of at most 235 bytes can be signed"},
}};

}  // namespace

std::span<const ErrorRow> error_rows() {
    return kRows;
}

error_code make_error_code(Errc code) {
    static const ErrorCategory category("apdu", kRows);
    return {static_cast<int>(code), category};
}

}  // namespace ledger_bridge::apdu
