#include "daemon/config/command_line.hpp"

#include <deque>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::string_view kAbout =
    "Signs blocks and votes of a Tezos baker with a Ledger, and never two that differ at one level "
    "and round.\nEvery option but the last two may also stand in the configuration file, under the "
    "same name.";

// One option while the line is read; CLI11 keeps its address.
struct Slot {
    const Option* option;
    Values values;
    bool flag;
};

using Slots = std::deque<Slot>;

std::string describe(const Option& option) {
    return option.default_text.empty() || option.shape == Shape::flag
               ? std::string(option.help)
               : fmt::format("{} [{}]", option.help, option.default_text);
}

// One word after each occurrence of the option, however often it occurs.
void add_value(CLI::App& app,
               std::string_view name,
               Values& values,
               std::string_view value_name,
               const std::string& help) {
    app.add_option(fmt::format("--{}", name), values, help)
        ->type_name(std::string(value_name))
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_options(CLI::App& app, Slots& slots) {
    for (const auto& option : options()) {
        auto& slot = slots.emplace_back(Slot{&option, {}, false});
        if (option.shape == Shape::flag) {
            app.add_flag(fmt::format("--{}", option.name), slot.flag, describe(option));
        } else {
            add_value(app, option.name, slot.values, option.value_name, describe(option));
        }
    }
}

void add_decisions(CLI::App& app, CommandLine& line) {
    app.add_flag(
        "--first-start",
        line.first_start,
        "begin with nothing signed although watermarks were here before; this start alone");
    app.add_flag("--adopt-state",
                 line.adopt_state,
                 "use watermarks that were refused as foreign, older or another machine's; this "
                 "start alone");
}

Error twice(std::string_view name) {
    return fail(Errc::bad_option, fmt::format("--{} is given twice", name));
}

Result<GivenOptions> collect(const Slots& slots) {
    GivenOptions given;
    for (const auto& [option, values, flag] : slots) {
        const Given one{flag ? Values{"true"} : values, fmt::format("--{}", option->name)};
        if (one.values.size() > 1 && option->shape != Shape::list) {
            return twice(option->name);
        }
        if (!one.values.empty()) {
            given.emplace(option->name, one);
        }
    }
    return given;
}

// CLI11 wants the words last first, and reports by exception.
Result<void> parse(CLI::App& app, const std::vector<std::string>& arguments, CommandLine& line) {
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        line.message = app.help();
    } catch (const CLI::CallForVersion& call) {
        line.message = std::string(call.what()) + "\n";
    } catch (const CLI::ParseError& error) {
        return fail(Errc::bad_option, error.what());
    }
    return {};
}

}  // namespace

Result<CommandLine> read_command_line(const std::vector<std::string>& arguments,
                                      std::string_view version) {
    CLI::App app(std::string(kAbout), "ledger-bridged");
    app.set_help_flag("--help", "print this and exit");
    app.set_version_flag("--version", fmt::format("ledger-bridged {}", version));
    app.allow_extras();
    Values config;
    add_value(
        app, "config", config, "FILE", fmt::format("configuration file [{}]", kDefaultConfigFile));
    Slots slots;
    add_options(app, slots);
    CommandLine line;
    add_decisions(app, line);
    if (const auto parsed = parse(app, arguments, line); !parsed || line.message) {
        return parsed ? Result<CommandLine>(line) : parsed.error();
    }
    if (const auto unknown = app.remaining(); !unknown.empty()) {
        return fail(Errc::bad_option, fmt::format("unknown option {}", unknown.front()));
    }
    if (config.size() > 1) {
        return twice("config");
    }
    if (line.first_start && line.adopt_state) {
        return fail(Errc::bad_option, "--first-start and --adopt-state exclude each other");
    }
    if (!config.empty()) {
        line.config = config.front();
    }
    auto given = collect(slots);
    if (!given) {
        return given.error();
    }
    line.given = std::move(*given);
    return line;
}

}  // namespace ledger_bridge::daemon
