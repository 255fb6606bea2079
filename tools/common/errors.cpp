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
    row(Errc::unknown_alias,
        "unknown_alias",
        "no key on a Ledger has this name",
        "name the folder of octez-signer's or octez-client's keys with --base-dir, or write the "
        "ledger:// URI"),
    row(Errc::no_test_sign,
        "no_test_sign",
        "option --test-sign only works for the Tezos Wallet app, which is not used here",
        "leave it out, or test the wallet with octez-client"),
    row(Errc::bad_wallet,
        "bad_wallet",
        "the other signer's files cannot be taken over, so nothing was changed",
        "correct what is named, or leave out of the folder what is not meant"),
    row(Errc::output_exists,
        "output_exists",
        "the file is there already, so nothing was changed",
        "name another with --output, or replace it with --force"),
    row(Errc::output_needed,
        "output_needed",
        "the clients' keys need a file beside the configuration, so nothing was changed",
        "name the configuration's file with --output"),
    row(Errc::output_theirs,
        "output_theirs",
        "the file is the other signer's, where nothing is written",
        "name one elsewhere with --output"),
    row(Errc::bad_operation,
        "bad_operation",
        "this is no operation in hexadecimal digits",
        "give the operation bytes that octez-client --verbose-signing shows, or the node's answer "
        "to helpers/forge/operations"),
    row(Errc::outcome_unknown,
        "outcome_unknown",
        "whether the question on the device was accepted is not known, since the device could not "
        "be asked in time",
        "plug it in, unlock it, open the Tezos Baking app, and look at 'ledgerctl status' or run "
        "the command again: both ask the device first"),
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
