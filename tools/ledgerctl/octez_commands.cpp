#include "tools/ledgerctl/octez_commands.hpp"

#include <variant>

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"
#include "driver/errors.hpp"
#include "tools/common/carrier.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/common/terminal.hpp"
#include "tools/ledgerctl/octez_home.hpp"
#include "tools/ledgerctl/octez_text.hpp"
#include "tools/ledgerctl/phrases.hpp"
#include "tools/ledgerctl/status_text.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::ExitCode;
using admin::Failure;
using admin::Outcome;
using nlohmann::json;

Outcome ask(const CommonOptions& options, Need need, const json& request) {
    const SystemClock clock;
    const auto carrier = open_carrier(options, need, clock);
    return carrier ? (*carrier)->run(request, [](const json& /*event*/) {})
                   : Outcome(admin::failure_of(carrier.error()));
}

int tell(const Outcome& outcome, const CommonOptions& options, const Lines& lines) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return print_error(*failure);
    }
    if (options.json) {
        print_json(std::get<json>(outcome));
    }
    for (const auto& line : options.json ? Lines{} : lines) {
        say(line, false);
    }
    return static_cast<int>(ExitCode::done);
}

// The devices that are there instead, and why one may not have said its name.
std::string others(const json& status) {
    std::string text;
    for (const auto& device : member(status, "devices")) {
        const auto name = text_in(device, "name");
        text += fmt::format("; {} is {}{}",
                            text_in(device, "device"),
                            text_in(device, "state"),
                            name.empty() ? "" : ", " + name);
    }
    return text;
}

int list(const CommonOptions& options) {
    const auto user = octez_user();
    const auto status = ask(options, Need::survey, {{"command", "list"}});
    const auto* found = std::get_if<json>(&status);
    Lines lines;
    for (const auto& device : found == nullptr ? json() : member(*found, "devices")) {
        if (text_in(device, "name").empty()) {
            say(fmt::format("{}: {}", text_in(device, "device"), text_in(device, "reason")), true);
            continue;
        }
        for (auto& line : octez::connected_lines(device, user)) {
            lines.push_back(std::move(line));
        }
    }
    return tell(status, options, lines);
}

int show(const apdu::LedgerUri& uri, const json& device, const CommonOptions& options) {
    if (!uri.path) {
        return tell(device, options, octez::show_lines(uri, device, {}));
    }
    const auto key = ask(options,
                         Need::facts,
                         {{"command", "pubkey"},
                          {"curve", apdu::curve_name(*uri.curve)},
                          {"path", uri.path->text()}});
    const auto* found = std::get_if<json>(&key);
    return tell(key, options, found == nullptr ? Lines{} : octez::show_lines(uri, device, *found));
}

int show_authorized(const apdu::LedgerUri& uri, const json& device, const CommonOptions& options) {
    const auto& key = member(device, "authorized");
    const bool other = key.is_object() && uri.path &&
                       (text_in(key, "path") != uri.path->text() ||
                        text_in(key, "curve") != apdu::curve_name(*uri.curve));
    if (other) {
        const auto text = fmt::format(
            "Path and curve do not match the ones specified in the command line: {} & {}",
            apdu::curve_name(*uri.curve),
            uri.path->text());
        return print_error(fail(admin::Errc::other_key_authorised, text));
    }
    return tell(device, options, octez::authorized_lines(uri, device));
}

int show_marks(const apdu::LedgerUri& uri, const json& device, const CommonOptions& options) {
    if (member(device, "device_marks").is_null()) {
        return print_error(fail(driver::Errc::no_device, text_in(device, "reason")));
    }
    return tell(device, options, octez::marks_lines(uri, device));
}

int deauthorize(const CommonOptions& options) {
    if (!agreed(kDeauthorizeQuestion, options.yes)) {
        return print_error(fail(Errc::not_confirmed));
    }
    const auto done = ask(options, Need::facts, {{"command", "deauthorize"}});
    const auto* result = std::get_if<json>(&done);
    return tell(done, options, result == nullptr ? Lines{} : deauthorize_lines(*result));
}

Lines before_setup(const json& plan) {
    auto lines = octez::setup_lines(plan);
    for (auto& line : question_lines(plan)) {
        lines.push_back(std::move(line));
    }
    return lines;
}

Lines without_setup(const json& plan) {
    auto lines = octez::set_up_lines(plan);
    lines.emplace_back("It was set up like this already. Nothing was changed.");
    return lines;
}

int set_up(const apdu::LedgerUri& uri, MarkOptions marks) {
    if (marks.chain) {
        const auto chain = parse_octez_chain(*marks.chain);
        if (!chain) {
            return print_error(chain.error());
        }
        marks.chain = apdu::chain_display_name(*chain);
    }
    marks.curve = apdu::curve_name(*uri.curve);
    marks.path = uri.path->text();
    return run_mark_command("setup", marks, {before_setup, without_setup, octez::set_up_lines});
}

int set_marks(const apdu::LedgerUri& uri, MarkOptions marks, const std::string& level) {
    marks.level = level;
    const auto done = [uri](const json& result) { return octez::reset_lines(uri, result); };
    return run_mark_command("reset", marks, {plan_lines, done, done});
}

int run_on(const json& device, const Phrase& phrase, MarkOptions marks) {
    const auto& uri = *phrase.uri;
    marks.common.device = text_in(device, "device");
    switch (phrase.verb) {
        case PhraseVerb::show:
            return show(uri, device, marks.common);
        case PhraseVerb::setup:
            return set_up(uri, std::move(marks));
        case PhraseVerb::deauthorize:
            return deauthorize(marks.common);
        case PhraseVerb::authorized_path:
            return show_authorized(uri, device, marks.common);
        case PhraseVerb::get_marks:
            return show_marks(uri, device, marks.common);
        case PhraseVerb::set_marks:
            return set_marks(uri, std::move(marks), *phrase.level);
        case PhraseVerb::list:
            break;
    }
    return list(marks.common);
}

}  // namespace

Outcome find_device(const apdu::LedgerUri& uri, const CommonOptions& options) {
    auto status = ask(options, Need::survey, {{"command", "status"}});
    if (!std::holds_alternative<json>(status)) {
        return status;
    }
    const auto& all = std::get<json>(status);
    for (const auto& device : member(all, "devices")) {
        if (text_in(device, "name") == uri.name) {
            return device;
        }
    }
    return admin::failure_of(
        fail(driver::Errc::no_device,
             fmt::format("Found no ledger corresponding to {}{}", uri.text(), others(all))));
}

int run_phrase(const std::vector<std::string>& words, const PhraseOptions& options) {
    const auto aliases = [base = octez_base_dir(options.base_dir)](const std::string& alias) {
        return octez_alias(base, alias);
    };
    const auto phrase = parse_phrase(words, aliases);
    if (!phrase) {
        return print_error(phrase.error());
    }
    // Octez says the same of the Baking app, once it has shown the key.
    if (options.test_sign) {
        return print_error(fail(Errc::no_test_sign));
    }
    if (!phrase->uri) {
        return list(options.marks.common);
    }
    const auto device = find_device(*phrase->uri, options.marks.common);
    if (const auto* failure = std::get_if<Failure>(&device)) {
        return print_error(*failure);
    }
    return run_on(std::get<json>(device), *phrase, options.marks);
}

}  // namespace ledger_bridge::tools
