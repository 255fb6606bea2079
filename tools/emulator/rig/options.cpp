#include "tools/emulator/rig/options.hpp"

#include <CLI/CLI.hpp>

#include "tools/emulator/errors.hpp"

namespace ledger_bridge::emulator {

namespace {

struct Texts {
    std::string release = "2.5.1";
    std::string seed{kDefaultMnemonic};
    std::string confirm = "ask";
    std::string latency = "none";
    int speed = 1;
    int apdu_port = 9999;
    int control_port = 5000;
    std::string nvram;
    std::string sign_log;
    std::optional<int> redir_port;
};

constexpr int kLastPort = 65'535;
constexpr int kHighestSpeed = 1000;

void describe(CLI::App& app, Texts& texts) {
    const CLI::Range port(0, kLastPort);
    app.add_option("--app-version", texts.release, "Release of the Baking app")
        ->check(CLI::IsMember({"2.5.1", "2.5.0"}))
        ->capture_default_str();
    app.add_option(
        "--seed", texts.seed, "Words of the recovery phrase, quoted; a trial seed if not given");
    app.add_option(
           "--confirm", texts.confirm, "Who answers prompts: ask waits for the control port")
        ->check(CLI::IsMember({"ask", "accept", "reject"}))
        ->capture_default_str();
    app.add_option("--latency", texts.latency, "Device whose signing times are imitated")
        ->check(CLI::IsMember({"none", "nano-s-plus", "nano-s", "flex"}))
        ->capture_default_str();
    app.add_option("--speed", texts.speed, "So many times as quick as that device")
        ->check(CLI::Range(1, kHighestSpeed))
        ->capture_default_str();
    app.add_option("--apdu-port", texts.apdu_port, "Port for APDUs; 0 takes a free one")
        ->check(port)
        ->capture_default_str();
    app.add_option("--control-port", texts.control_port, "Port for control; 0 takes a free one")
        ->check(port)
        ->capture_default_str();
    app.add_option("--nvram", texts.nvram, "File that keeps the device's flash between runs");
    app.add_option(
        "--sign-log", texts.sign_log, "File to which every signature is added with its message");
    app.add_option("--redir-port",
                   texts.redir_port,
                   "Port that serves the device to QEMU's usb-redir; 0 takes a free one")
        ->check(port);
}

Confirm confirm_from(const std::string& text) {
    if (text == "accept") {
        return Confirm::accept;
    }
    return text == "reject" ? Confirm::reject : Confirm::ask;
}

Result<Options> to_options(const Texts& texts) {
    const auto seed = seed_from_mnemonic(texts.seed);
    if (!seed) {
        return seed.error();
    }
    Options options;
    options.release = release_from_text(texts.release).value_or(Release::v2_5_1);
    options.seed = *seed;
    options.confirm = confirm_from(texts.confirm);
    options.latency = profile_from_name(texts.latency).value_or(Profile::none);
    options.speed = texts.speed;
    options.apdu_port = static_cast<std::uint16_t>(texts.apdu_port);
    options.control_port = static_cast<std::uint16_t>(texts.control_port);
    if (texts.redir_port) {
        options.redir_port = static_cast<std::uint16_t>(*texts.redir_port);
    }
    options.nvram = texts.nvram.empty() ? std::nullopt : std::optional(texts.nvram);
    if (!texts.sign_log.empty()) {
        options.sign_log = texts.sign_log;
    }
    return options;
}

}  // namespace

Result<CommandLine> parse_command_line(int argc,
                                       const char* const* argv,
                                       std::string_view version) {
    Texts texts;
    CLI::App app(
        "A Tezos Baking app without hardware, for trials, tests and CI. "
        "Never put funds on its keys.",
        "ledger-emulator");
    app.set_version_flag("--version", "ledger-emulator " + std::string(version));
    describe(app, texts);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForVersion& version_text) {
        return CommandLine{{}, Notice{std::string(version_text.what()) + "\n"}};
    } catch (const CLI::CallForHelp&) {
        return CommandLine{{}, Notice{app.help()}};
    } catch (const CLI::ParseError& wrong) {
        return fail(Errc::bad_option, wrong.what());
    }
    const auto options = to_options(texts);
    if (!options) {
        return options.error();
    }
    return CommandLine{*options, std::nullopt};
}

}  // namespace ledger_bridge::emulator
