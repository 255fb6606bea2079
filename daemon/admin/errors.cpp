#include "daemon/admin/errors.hpp"

#include <array>

namespace ledger_bridge::admin {

namespace {

constexpr ErrorRow row(Errc code,
                       std::string_view id,
                       std::string_view sentence,
                       std::string_view advice) {
    return {static_cast<int>(code), id, sentence, advice};
}

constexpr std::array kRows{
    row(Errc::bad_request,
        "bad_request",
        "the request is not understood",
        "use tools and daemon of the same version"),
    row(Errc::unknown_command,
        "unknown_command",
        "there is no such command",
        "use tools and daemon of the same version"),
    row(Errc::unknown_device,
        "unknown_device",
        "the daemon does not serve this device",
        "leave --device out, or name one that 'ledgerctl list' shows"),
    row(Errc::level_needed,
        "level_needed",
        "nothing is known about the level of this chain",
        "give --level N, one above the last level that was ever signed, or --node URL"),
    row(Errc::level_out_of_range,
        "level_out_of_range",
        "the device signs nothing at levels of 1073741824 and more",
        "give the chain's present level"),
    row(Errc::level_not_above_signed,
        "level_not_above_signed",
        "the level is not above what was signed",
        "leave --level out, or give a higher one"),
    row(Errc::test_level_not_above_signed,
        "test_level_not_above_signed",
        "the test level is not above what was signed",
        "leave --test-level out, or give a higher one"),
    row(Errc::level_not_above_used,
        "level_not_above_used",
        "another signer with this key may have signed at this level",
        "leave the level out, or give a higher one; if the higher mark is a mistake, let a node "
        "show it with --node URL"),
    row(Errc::force_lower_refused,
        "force_lower_refused",
        "the watermark is not lowered",
        "--force-lower is for a test network alone and needs --level"),
    row(Errc::chain_not_the_nodes,
        "chain_not_the_nodes",
        "the node is on another chain",
        "ask a node of the chain the device is to sign for"),
    row(Errc::wrong_app, "wrong_app", "the Tezos Baking app is not open", "open it on the device"),
    row(Errc::no_authorized_key,
        "no_authorized_key",
        "no key is authorised for baking on the device",
        "run setup-ledger"),
    row(Errc::read_back_differs,
        "read_back_differs",
        "the device does not say what it was just set to",
        "do not bake with it; look at 'ledgerctl status' and set it up again"),
    row(Errc::prompt_without_effect,
        "prompt_without_effect",
        "the question is gone from the device's screen and nothing was changed",
        "run the command again if it is still meant"),
    row(Errc::daemon_absent,
        "daemon_absent",
        "no daemon answers at the admin socket",
        "start ledger-bridged, or name its socket with --admin-socket"),
    row(Errc::daemon_forbidden,
        "daemon_forbidden",
        "the admin socket may not be used by this user",
        "run this as root or as the user of ledger-bridged"),
    row(Errc::daemon_broke_off,
        "daemon_broke_off",
        "the daemon ended the connection without an answer",
        "look at its log and at 'ledgerctl status'"),
    row(Errc::daemon_silent,
        "daemon_silent",
        "the daemon did not answer in time",
        "look at its log; it may be waiting for the device"),
    row(Errc::bad_answer,
        "bad_answer",
        "the daemon's answer is not understood",
        "use tools and daemon of the same version"),
    row(Errc::interrupted, "interrupted", "interrupted", "nothing was sent to the device"),
    row(Errc::prompt_left_open,
        "prompt_left_open",
        "interrupted while the question is open on the device",
        "press Reject there if it is not meant any more; then look at 'ledgerctl status'"),
    row(Errc::command_left_behind,
        "command_left_behind",
        "interrupted, but the daemon has the command and may still ask on the device",
        "press Reject there if it is not meant any more; then look at 'ledgerctl status'"),
    row(Errc::other_key_authorised,
        "other_key_authorised",
        "the device is authorised for another key",
        "use the address or URI that 'ledgerctl pubkey' shows, or run setup-ledger"),
    row(Errc::no_self_delegation,
        "no_self_delegation",
        "this operation does not just register the key as its own delegate, so it was not sent to "
        "the device",
        "give a delegation of the key to itself, alone or after a reveal of it; sign other "
        "operations, and reveals of newer protocols, with a wallet"),
    row(Errc::delegation_lost,
        "delegation_lost",
        "the question is gone from the device's screen, and the signature with it if it was "
        "accepted",
        "run the command again: the same operation gets the same signature"),
};

const ErrorCategory& category() {
    static const ErrorCategory instance{"admin", kRows};
    return instance;
}

}  // namespace

error_code make_error_code(Errc code) {
    return {static_cast<int>(code), category()};
}

}  // namespace ledger_bridge::admin
