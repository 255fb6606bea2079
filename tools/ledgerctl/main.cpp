// ledgerctl: what an operator does besides setting up: list, status, pubkey, delegate,
// deauthorize, export, import, handover, audit, explain.
#include "tools/ledgerctl/commands.hpp"

using namespace ledger_bridge::tools;

namespace {

int ledgerctl(int argc, char** argv) {
    CLI::App app("Looks after the Ledgers that bake", "ledgerctl");
    ControlOptions options;
    add_common_options(app, options.common, BRIDGE_VERSION);
    add_commands(app, options);
    return parse_and_run(app, argc, argv, [&app, &options]() { return run_command(app, options); });
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(ledgerctl, argc, argv);
}
