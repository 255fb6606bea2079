#include "tools/common/errors.hpp"

#include <array>

namespace ledger_bridge::tools {

namespace {

constexpr ErrorRow row(Errc code,
                       std::string_view id,
                       std::string_view sentence,
                       std::string_view advice) {
    return {static_cast<int>(code), id, sentence, advice};
}

constexpr std::array kRows{
    row(Errc::bad_option, "bad_option", "wrong usage", "see --help"),
    row(Errc::bad_node_url,
        "bad_node_url",
        "this is no address of a node",
        "write it as http://host:port or https://host"),
    row(Errc::node_unreachable,
        "node_unreachable",
        "the node cannot be reached",
        "check --node and that the node's RPC listens there, or give --level"),
    row(Errc::node_timed_out,
        "node_timed_out",
        "the node did not answer in time",
        "try again, or give --level"),
    row(Errc::node_redirects,
        "node_redirects",
        "the node sends the request elsewhere",
        "give --node the address that it names"),
    row(Errc::node_refused,
        "node_refused",
        "the node refused the request",
        "check that --node is the address of a node's RPC, or give --level"),
    row(Errc::node_bad_answer,
        "node_bad_answer",
        "the node's answer is not understood",
        "check that --node is the address of a node's RPC, or give --level"),
    row(Errc::force_lower_needs_terminal,
        "force_lower_needs_terminal",
        "--force-lower wants the level typed again",
        "run it on a terminal"),
    row(Errc::level_not_retyped,
        "level_not_retyped",
        "the level was not typed again",
        "nothing was sent to the device"),
    row(Errc::not_confirmed, "not_confirmed", "not confirmed", "nothing was sent to the device"),
    row(Errc::unknown_error,
        "unknown_error",
        "no error has this name",
        "'ledgerctl explain' lists them all"),
    row(Errc::unknown_phrase,
        "unknown_phrase",
        "these words are no command",
        "write them as shown, or see --help"),
    row(Errc::other_key_authorised,
        "other_key_authorised",
        "the device is authorised for another key",
        "use the URI that 'ledgerctl pubkey' shows, or run setup-ledger"),
    row(Errc::bad_wallet,
        "bad_wallet",
        "the other signer's files cannot be taken over, so nothing was changed",
        "correct what is named, or leave out of the folder what is not meant"),
    row(Errc::output_exists,
        "output_exists",
        "the file is there already, so nothing was changed",
        "name another with --output, or replace it with --force"),
};

const ErrorCategory& category() {
    static const ErrorCategory instance{"tools", kRows};
    return instance;
}

}  // namespace

error_code make_error_code(Errc code) {
    return {static_cast<int>(code), category()};
}

}  // namespace ledger_bridge::tools
