// ledger-emulator: a Baking app without hardware.
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include "tools/emulator/errors.hpp"
#include "tools/emulator/rig/apdu_host.hpp"
#include "tools/emulator/rig/control_server.hpp"
#include "tools/emulator/rig/device_cable.hpp"
#include "tools/emulator/rig/options.hpp"
#include "tools/emulator/usb/redir_host.hpp"

namespace ledger_bridge::emulator {

namespace {

using boost::asio::ip::tcp;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr std::uint64_t kLatencySeed = 1;

int report(const Error& error, int exit_code) {
    fmt::print(stderr, "error: {}\n", error.text());
    return exit_code;
}

// Flash from the file, and the file written once, so that a folder that is missing or not writable
// shows now and not at the first signature.
Result<BakingData> load_flash(const std::optional<NvramFile>& nvram) {
    if (!nvram) {
        return BakingData{};
    }
    auto data = nvram->load();
    if (!data) {
        return data.error();
    }
    const auto saved = nvram->save(*data);
    if (!saved) {
        return saved.error();
    }
    return data;
}

std::shared_ptr<Host> apdu_host(tcp::socket socket, Host::Callbacks callbacks) {
    return std::make_shared<ApduHost>(std::move(socket), std::move(callbacks));
}

std::shared_ptr<Host> redir_host(Bench& bench, tcp::socket socket, Host::Callbacks callbacks) {
    auto host = std::make_shared<RedirHost>(std::move(socket), std::move(callbacks), bench);
    host->start();
    return host;
}

// The line to print when it is open.
Result<std::string> open_redir(DeviceCable& cable, const Options& options, Bench& bench) {
    if (!options.redir_port) {
        return std::string();
    }
    const auto port = cable.open_port(
        *options.redir_port, [&bench](tcp::socket socket, Host::Callbacks callbacks) {
            return redir_host(bench, std::move(socket), std::move(callbacks));
        });
    if (!port) {
        return port.error();
    }
    return fmt::format("redir 127.0.0.1:{}\n", *port);
}

int serve_on(const Options& options, Bench& bench) {
    boost::asio::io_context io(1);
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    DeviceCable cable(io, bench);
    const auto apdu_port = cable.open_port(options.apdu_port, apdu_host);
    if (!apdu_port) {
        return report(apdu_port.error(), kFailed);
    }
    ControlRoutes routes(bench, cable);
    const auto control = serve_control(io, options.control_port, routes);
    if (!control) {
        return report(control.error(), kFailed);
    }
    const auto redir = open_redir(cable, options, bench);
    if (!redir) {
        return report(redir.error(), kFailed);
    }
    fmt::print(
        "apdu 127.0.0.1:{}\ncontrol 127.0.0.1:{}\n{}", *apdu_port, (*control)->port(), *redir);
    static_cast<void>(std::fflush(stdout));
    signals.async_wait([&io](const error_code& /*error*/, int /*signal*/) { io.stop(); });
    io.run();
    return 0;
}

Result<std::optional<SignLog>> open_sign_log(const Options& options) {
    if (!options.sign_log) {
        return std::optional<SignLog>();
    }
    auto log = SignLog::open(*options.sign_log);
    if (!log) {
        return log.error();
    }
    return std::optional(std::move(*log));
}

int serve(const Options& options) {
    const auto nvram = options.nvram ? std::optional<NvramFile>(*options.nvram) : std::nullopt;
    const auto flash = load_flash(nvram);
    if (!flash) {
        return report(flash.error(), kWrongUsage);
    }
    auto sign_log = open_sign_log(options);
    if (!sign_log) {
        return report(sign_log.error(), kWrongUsage);
    }
    KeyRing keys(options.seed);
    Device device(keys, {options.release, options.confirm, *flash});
    const Latency latency(options.latency, kLatencySeed, options.speed);
    Bench bench(device, latency, nvram, std::move(*sign_log));
    return serve_on(options, bench);
}

int run(int argc, const char* const* argv) {
    if (sodium_init() < 0) {
        fmt::print(stderr, "error: libsodium does not start; check the installation\n");
        return kFailed;
    }
    const auto command_line = parse_command_line(argc, argv, BRIDGE_VERSION);
    if (!command_line) {
        return report(command_line.error(), kWrongUsage);
    }
    if (command_line->notice) {
        fmt::print("{}", command_line->notice->text);
        return 0;
    }
    return serve(command_line->options);
}

}  // namespace

}  // namespace ledger_bridge::emulator

int main(int argc, char** argv) {
    try {
        return ledger_bridge::emulator::run(argc, argv);
    } catch (const std::exception& bug) {
        fmt::print(stderr, "error: the emulator failed ({}); please report this\n", bug.what());
        return 1;
    }
}
