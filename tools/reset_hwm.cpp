// reset-hwm: moves the device's watermark, never below what was signed.
#include "tools/common/mark_command.hpp"

using namespace ledger_bridge::tools;

namespace {

int reset_hwm(int argc, char** argv) {
    CLI::App app("Moves the device's watermark, never below what was signed", "reset-hwm");
    MarkOptions options;
    add_common_options(app, options.common, BRIDGE_VERSION);
    add_mark_options(app, options);
    return parse_and_run(
        app, argc, argv, [&options]() { return run_mark_command("reset", options); });
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(reset_hwm, argc, argv);
}
