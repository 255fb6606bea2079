// ledger-bridged: reads its options, starts the daemon, and ends with the contract's exit codes.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/config/config.hpp"
#include "daemon/daemon.hpp"
#include "daemon/errors.hpp"
#include "daemon/logging.hpp"
#include "daemon/net/handed_sockets.hpp"

#include <pthread.h>

namespace {

using namespace ledger_bridge;

constexpr int kExitFailed = 1;

// Signals reach this thread alone; those that tell of a fault in the program stay as they are.
void block_signals() {
    sigset_t signals;
    sigfillset(&signals);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
        sigdelset(&signals, fault);
    }
    pthread_sigmask(SIG_SETMASK, &signals, nullptr);
}

void unblock_signals_to_us() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

int report(const Error& error, int code) {
    daemon::flush_log();
    fmt::print(stderr, "error: {}\n", error.text());
    return code;
}

// Files that the options name and that cannot be used.
bool of_configuration(const Error& error) {
    using daemon::Errc;
    constexpr std::array codes{Errc::bad_authorized_keys,
                               Errc::tls_file,
                               Errc::tls_key_open,
                               Errc::tls_key_encrypted,
                               Errc::tls_pair};
    return std::any_of(codes.begin(), codes.end(), [&error](Errc code) {
        return error.code == make_error_code(code);
    });
}

int serve(const daemon::StartUp& start_up, const daemon::Daemon::ReadAgain& read_again) {
    block_signals();
    daemon::set_up_logging(start_up.config.log);
    ::umask(S_IRWXG | S_IRWXO);
    auto daemon = daemon::Daemon::start(start_up, read_again);
    if (!daemon) {
        return report(daemon.error(),
                      of_configuration(daemon.error()) ? daemon::kExitUsage : kExitFailed);
    }
    unblock_signals_to_us();
    (*daemon)->run();
    daemon::flush_log();
    return 0;
}

Result<daemon::StartUp> read_options(const std::vector<std::string>& arguments,
                                     const daemon::HandedSockets& handed) {
    auto start_up = daemon::read_start_up(
        arguments, BRIDGE_VERSION, daemon::kDefaultConfigFile, daemon::as_options(handed));
    if (start_up && !start_up->message) {
        daemon::assign(handed, start_up->config);
    }
    return start_up;
}

int run(const std::vector<std::string>& arguments) {
    const auto handed = daemon::handed_sockets();
    if (!handed) {
        return report(handed.error(), daemon::kExitUsage);
    }
    const auto start_up = read_options(arguments, *handed);
    if (!start_up) {
        return report(start_up.error(), daemon::kExitUsage);
    }
    if (start_up->message) {
        fmt::print("{}", *start_up->message);
        return 0;
    }
    return serve(*start_up,
                 [arguments, handed = *handed] { return read_options(arguments, handed); });
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        spdlog::critical("the daemon ends: {}", error.what());
        return kExitFailed;
    }
}
