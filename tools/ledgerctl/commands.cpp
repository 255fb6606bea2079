#include "tools/ledgerctl/commands.hpp"

#include <fmt/format.h>

#include "tools/common/carrier.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/common/terminal.hpp"
#include "tools/ledgerctl/delegating.hpp"
#include "tools/ledgerctl/explain.hpp"
#include "tools/ledgerctl/moving.hpp"
#include "tools/ledgerctl/octez_commands.hpp"
#include "tools/ledgerctl/status_text.hpp"
#include "tools/ledgerctl/taking_over.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::Failure;
using nlohmann::json;

json request_for(const std::string& command, const ControlOptions& options) {
    json request{{"command", command}};
    if (options.curve) {
        request["curve"] = *options.curve;
    }
    if (options.path) {
        request["path"] = *options.path;
    }
    return request;
}

Lines lines_of(const std::string& command, const json& result) {
    if (command == "list") {
        return list_lines(result);
    }
    if (command == "status") {
        return status_lines(result);
    }
    return command == "pubkey" ? pubkey_lines(result) : deauthorize_lines(result);
}

Need need_of(const std::string& command) {
    return command == "list" || command == "status" ? Need::survey : Need::facts;
}

void print_result(const std::string& command, const json& result, bool as_json) {
    if (as_json) {
        print_json(result);
        return;
    }
    for (const auto& line : lines_of(command, result)) {
        say(line, false);
    }
}

// What octez-signer's words begin with; two of them are commands of ours too.
bool is_phrase(const std::string& command, const ControlOptions& options) {
    return command == "setup" || command == "authorize" || command == "show" || command == "get" ||
           command == "set" || (!options.words.empty() && command != "explain");
}

int run_words(const std::string& command, const ControlOptions& options) {
    auto words = options.words;
    words.insert(words.begin(), command);
    auto marks = options.marks;
    marks.common = options.common;
    return run_phrase(words, {marks, options.base, options.test_sign});
}

CLI::App* add_phrase(CLI::App& app, ControlOptions& options, const char* name, const char* help) {
    auto* phrase = app.add_subcommand(name, help);
    phrase->add_option("WORDS", options.words)->required();
    return phrase;
}

void add_setup_options(CLI::App& setup, ControlOptions& options) {
    setup.add_option("--main-chain-id", options.marks.chain, "Its chain: NetX… or a number")
        ->type_name("ID");
    setup.add_option("--main-hwm", options.marks.level, "Its first level")->type_name("N");
    setup.add_option("--test-hwm", options.marks.test_level, "That of all other chains")
        ->type_name("N");
    setup.add_option("--node", options.marks.node, "A node's RPC: its head gives the level")
        ->type_name("URL");
    add_yes_option(setup, options.common);
}

// The commands of octez-signer in its own words.
void add_phrases(CLI::App& app, ControlOptions& options) {
    add_setup_options(
        *add_phrase(app, options, "setup", "octez-signer's: setup ledger to bake for URI"),
        options);
    add_setup_options(
        *add_phrase(app, options, "authorize", "octez-signer's: authorize ledger to bake for URI"),
        options);
    add_phrase(app, options, "show", "octez-signer's: show ledger URI")
        ->add_flag("--test-sign", options.test_sign, "Is refused: it is for the wallet app");
    add_phrase(app,
               options,
               "get",
               "octez-signer's: get ledger authorized path for URI, "
               "get ledger high water mark for URI")
        ->add_flag("--no-legacy-instructions", options.no_legacy, "Changes nothing here");
    auto* set =
        add_phrase(app, options, "set", "octez-signer's: set ledger high water mark for URI to N");
    add_yes_option(*set, options.common);
}

}  // namespace

void add_commands(CLI::App& app, ControlOptions& options) {
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("-d,--base-dir",
                   options.base,
                   "octez-signer's: where the names of keys are that stand for a URI; "
                   "~/.tezos-signer without it")
        ->type_name("DIR");
    app.add_subcommand("list", "The devices, a line each; octez-signer's: list connected ledgers")
        ->add_option("WORDS", options.words)
        ->group("");
    app.add_subcommand("status", "Everything about each device, and what would help");
    auto* pubkey = app.add_subcommand("pubkey", "A key of the device: the authorised one, or any");
    pubkey->add_option("--curve", options.curve, "ed25519, secp256k1, P-256 or bip25519")
        ->type_name("CURVE");
    pubkey->add_option("--path", options.path, "Derivation path")->type_name("PATH");
    auto* deauthorize =
        app.add_subcommand("deauthorize",
                           "Takes the authorisation to bake away from the device; octez-signer's: "
                           "deauthorize ledger baking for URI");
    deauthorize->add_option("WORDS", options.words)->group("");
    add_yes_option(*deauthorize, options.common);
    auto* delegating = app.add_subcommand(
        "delegate", "Registers the authorised key as a delegate: signs its delegation to itself");
    delegating->add_option("KEY", options.key, "Its address, or its ledger:// URI")->required();
    delegating
        ->add_option(
            "OPERATION", options.operation, "The operation in hexadecimal digits; - reads it")
        ->required();
    add_yes_option(*delegating, options.common);
    auto* exporting =
        app.add_subcommand("export", "Everything that was signed, as a file for ledgerctl import");
    exporting->add_option("--output", options.output, "Write it there, not to standard output")
        ->type_name("F");
    app.add_subcommand("audit", "Proves from the log that nothing was signed twice");
    auto* handover = app.add_subcommand(
        "handover", "Stops signing here for good, then exports: for another signer to go on");
    handover->add_option("--output", options.output, "Write it there, not to standard output")
        ->type_name("F");
    add_yes_option(*handover, options.common);
    auto* importing = app.add_subcommand(
        "import", "Takes over what others signed: exports, files of octez-signer and Signatory");
    importing
        ->add_option(
            "FILE",
            options.files,
            "Files of watermarks, or everything of a signer: octez BASE-DIR, or signatory CONFIG "
            "[DIR], with its watermarks in DIR")
        ->required();
    importing
        ->add_option(
            "--output", options.output, "Write the configuration there, not to standard output")
        ->type_name("F");
    importing->add_flag("--force", options.force, "Replace the output where it is there already");
    importing->add_flag("--dry-run", options.dry_run, "Only tell what would change");
    importing->add_flag("--replace-damaged",
                        options.replace_damaged,
                        "Begin with the files where the state is damaged, which is kept aside");
    importing->add_flag("--take-back",
                        options.take_back,
                        "Sign here again after a handover, although the files say nothing of what "
                        "the other signer did since");
    auto* explaining =
        app.add_subcommand("explain", "What an error means, and what to do about it");
    explaining->add_option(
        "ERROR", options.words, "Its name, status word, HTTP status, or 'exit N'; all without it");
    add_phrases(app, options);
}

int run_command(const CLI::App& app, const ControlOptions& options) {
    const auto command = app.get_subcommands().front()->get_name();
    if (is_phrase(command, options)) {
        return run_words(command, options);
    }
    if (command == "export") {
        return export_marks(options);
    }
    if (command == "import") {
        return is_whole_signer(options) ? take_over(options) : import_marks(options);
    }
    if (command == "audit") {
        return audit(options);
    }
    if (command == "handover") {
        return hand_over(options);
    }
    if (command == "delegate") {
        return delegate(options);
    }
    if (command == "explain") {
        return explain(options.words, options.common.json);
    }
    const SystemClock clock;
    const auto carrier = open_carrier(options.common, need_of(command), clock);
    if (!carrier) {
        return print_error(carrier.error());
    }
    if (command == "deauthorize" && !agreed(kDeauthorizeQuestion, options.common.yes)) {
        return print_error(fail(Errc::not_confirmed));
    }
    const auto outcome =
        (*carrier)->run(request_for(command, options), [](const json& /*event*/) {});
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return print_error(*failure);
    }
    print_result(command, std::get<json>(outcome), options.common.json);
    return static_cast<int>(admin::ExitCode::done);
}

}  // namespace ledger_bridge::tools
