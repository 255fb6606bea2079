// setup-ledger: authorises a key for baking on the device, with its chain and first level.
#include "tools/common/mark_command.hpp"

using namespace ledger_bridge::tools;

namespace {

int setup_ledger(int argc, char** argv) {
    CLI::App app("Authorises a key for baking on the device, with its chain and first level",
                 "setup-ledger");
    MarkOptions options;
    add_common_options(app, options.common, BRIDGE_VERSION);
    app.add_option("--curve", options.curve, "ed25519, secp256k1 (default), P-256 or bip25519")
        ->type_name("CURVE");
    app.add_option("--path", options.path, "Derivation path, default 44h/1729h/0h/0h")
        ->type_name("PATH");
    app.add_option("--chain",
                   options.chain,
                   "mainnet, ghostnet, NetX… or any; default: the node's, the device's, mainnet")
        ->type_name("CHAIN");
    app.add_option("--test-level", options.test_level, "The same for all other chains together")
        ->type_name("N");
    add_mark_options(app, options);
    return parse_and_run(
        app, argc, argv, [&options]() { return run_mark_command("setup", options); });
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(setup_ledger, argc, argv);
}
