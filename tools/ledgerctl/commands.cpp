#include "tools/ledgerctl/commands.hpp"

#include <fmt/format.h>

#include "tools/common/carrier.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/common/terminal.hpp"
#include "tools/ledgerctl/explain.hpp"
#include "tools/ledgerctl/moving.hpp"
#include "tools/ledgerctl/status_text.hpp"

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

// The device does not ask for this one, so the terminal does.
bool agreed(const std::string& command, const ControlOptions& options) {
    return command != "deauthorize" || options.common.yes || !on_terminal() ||
           confirmed(
               "Take the authorisation to bake away from the device? It will not ask itself. "
               "[y/N] ");
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

}  // namespace

void add_commands(CLI::App& app, ControlOptions& options) {
    app.require_subcommand(1);
    app.fallthrough();
    app.add_subcommand("list", "The devices, a line each");
    app.add_subcommand("status", "Everything about each device, and what would help");
    auto* pubkey = app.add_subcommand("pubkey", "A key of the device: the authorised one, or any");
    pubkey->add_option("--curve", options.curve, "ed25519, secp256k1, P-256 or bip25519")
        ->type_name("CURVE");
    pubkey->add_option("--path", options.path, "Derivation path")->type_name("PATH");
    auto* deauthorize =
        app.add_subcommand("deauthorize", "Takes the authorisation to bake away from the device");
    add_yes_option(*deauthorize, options.common);
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
    importing->add_option("FILE", options.files, "Files of watermarks")->required();
    importing->add_flag("--dry-run", options.dry_run, "Only tell what would change");
    auto* explaining =
        app.add_subcommand("explain", "What an error means, and what to do about it");
    explaining->add_option(
        "ERROR", options.words, "Its name, status word, HTTP status, or 'exit N'; all without it");
}

int run_command(const CLI::App& app, const ControlOptions& options) {
    const auto command = app.get_subcommands().front()->get_name();
    if (command == "export") {
        return export_marks(options);
    }
    if (command == "import") {
        return import_marks(options);
    }
    if (command == "audit") {
        return audit(options);
    }
    if (command == "handover") {
        return hand_over(options);
    }
    if (command == "explain") {
        return explain(options.words, options.common.json);
    }
    const SystemClock clock;
    const auto carrier = open_carrier(options.common, need_of(command), clock);
    if (!carrier) {
        return print_error(carrier.error());
    }
    if (!agreed(command, options)) {
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
