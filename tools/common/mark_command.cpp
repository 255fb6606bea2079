#include "tools/common/mark_command.hpp"

#include "tools/common/carrier.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/mark_request.hpp"
#include "tools/common/output.hpp"
#include "tools/common/prompting.hpp"
#include "tools/common/terminal.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::Failure;
using admin::Outcome;
using nlohmann::json;

Result<void> retyped(const MarkOptions& options, const json& plan) {
    if (!options.force_lower) {
        return {};
    }
    if (!on_terminal()) {
        return fail(Errc::force_lower_needs_terminal);
    }
    const auto level = member(member(member(plan, "new"), "main"), "level").dump();
    if (typed("Type the level again to lower the device to it: ") != level) {
        return fail(Errc::level_not_retyped);
    }
    return {};
}

// The device asks in any case; the terminal asks first only where somebody sits at it.
Result<void> consent(const MarkOptions& options, const json& plan) {
    auto level = retyped(options, plan);
    if (!level) {
        return level;
    }
    if (!agreed("Send this to the device? [y/N] ", options.common.yes)) {
        return fail(Errc::not_confirmed);
    }
    return {};
}

// What is executed is what was shown: the chosen levels are asked for by number, and the thread
// that owns the device refuses them if they are not safe any more. `thought`: since it was asked
// for, while the chain went on.
admin::AdminRequest request_for(const std::string& verb,
                                admin::AdminRequest request,
                                const json& plan,
                                Duration thought) {
    const auto level_of = [&plan](const char* mark) -> std::optional<apdu::Level> {
        const auto& level = member(member(member(plan, "new"), mark), "level");
        const auto* number = level.get_ptr<const json::number_integer_t*>();
        return number == nullptr ? std::nullopt
                                 : std::optional(apdu::Level{static_cast<std::uint32_t>(*number)});
    };
    request.command = verb;
    request.marks.level = level_of("main");
    if (request.marks.head) {
        request.marks.head->age += std::chrono::ceil<std::chrono::seconds>(thought);
    }
    if (verb == "setup") {
        request.marks.test_level = level_of("test");
        const auto chain = apdu::parse_chain_id(text_in(plan, "chain"));
        request.chain = chain ? std::optional(*chain) : request.chain;
    }
    return request;
}

int finish(const Outcome& outcome, const MarkOptions& options, const MarkWords& words) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return print_error(*failure);
    }
    const auto& result = std::get<json>(outcome);
    if (options.common.json) {
        print_json(result);
    } else {
        say_all(words.result(result), options.common);
    }
    return static_cast<int>(admin::ExitCode::done);
}

int report_nothing_to_do(const json& plan, const MarkOptions& options, const MarkWords& words) {
    if (options.common.json) {
        print_json(plan);
    } else {
        say_all(words.nothing_to_do(plan), options.common);
    }
    return static_cast<int>(admin::ExitCode::done);
}

int show_and_execute(const std::string& verb,
                     const admin::AdminRequest& asked,
                     const MarkOptions& options,
                     const MarkWords& words,
                     Carrier& carrier,
                     const Clock& clock) {
    const auto begin = clock.now();
    auto planning = asked;
    planning.command = "plan-" + verb;
    const auto planned = carrier.run(request_json(planning), [](const json& /*event*/) {});
    if (const auto* failure = std::get_if<Failure>(&planned)) {
        return print_error(*failure);
    }
    const auto& plan = std::get<json>(planned);
    if (member(plan, "instruction").is_null()) {
        return report_nothing_to_do(plan, options, words);
    }
    say_all(words.plan(plan), options.common);
    const auto agreed = consent(options, plan);
    if (!agreed) {
        return print_error(agreed.error());
    }
    const auto request = request_json(request_for(verb, asked, plan, clock.now() - begin));
    return finish(
        run_prompting(carrier, request, plan, effect_text(plan), options.common), options, words);
}

}  // namespace

void add_mark_options(CLI::App& app, MarkOptions& options) {
    app.add_option("--level", options.level, "The first level that may be signed")->type_name("N");
    app.add_option("--node", options.node, "A node's RPC: its head gives the level")
        ->type_name("URL");
    app.add_flag("--force-lower",
                 options.force_lower,
                 "Test networks alone: lower the device to a level that was signed before");
    add_yes_option(app, options.common);
}

int run_mark_command(const std::string& verb, const MarkOptions& options, const MarkWords& words) {
    const SystemClock clock;
    const auto request = mark_request(options, clock);
    if (!request) {
        return print_error(request.error());
    }
    const auto carrier = open_carrier(options.common, Need::floor, clock);
    if (!carrier) {
        return print_error(carrier.error());
    }
    return show_and_execute(verb, *request, options, words, **carrier, clock);
}

}  // namespace ledger_bridge::tools
