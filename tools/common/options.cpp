#include "tools/common/options.hpp"

#include <cstdio>
#include <exception>

#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"

namespace ledger_bridge::tools {

namespace {

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        return app.exit(error);
    }
    return print_error(fail(Errc::bad_option, error.what()));
}

}  // namespace

void add_common_options(CLI::App& app, CommonOptions& options, const std::string& version) {
    app.add_option("--device",
                   options.device,
                   "The device: usb, usb:<animal-name>, usb:@<path> or tcp://host:port")
        ->type_name("D");
    app.add_option(
           "--config", options.config, "The daemon's configuration, for what is not given here")
        ->type_name("FILE");
    app.add_option("--usb-backend",
                   options.usb_backend,
                   "How a Ledger on USB is reached when no daemon runs: hidraw or libusb")
        ->type_name("NAME");
    app.add_option("--state-dir",
                   options.state_dir,
                   "State directory of the daemon, used when it does not run")
        ->type_name("DIR");
    app.add_option("--admin-socket", options.admin_socket, "Admin socket of the running daemon")
        ->type_name("PATH");
    app.add_flag("--json", options.json, "Print the result as one JSON object");
    app.set_version_flag("--version", app.get_name() + " " + version);
}

void add_yes_option(CLI::App& app, CommonOptions& options) {
    app.add_flag("--yes", options.yes, "Do not ask on the terminal first");
}

int parse_and_run(CLI::App& app, int argc, char** argv, const std::function<int()>& command) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }
    return command();
}

int run_program(Program program, int argc, char** argv) noexcept {
    try {
        return program(argc, argv);
    } catch (const std::exception& error) {
        static_cast<void>(std::fprintf(
            stderr, "error: a bug in this program (%s); please report it\n", error.what()));
    } catch (...) {
        static_cast<void>(std::fputs("error: a bug in this program; please report it\n", stderr));
    }
    return static_cast<int>(admin::ExitCode::failed);
}

}  // namespace ledger_bridge::tools
