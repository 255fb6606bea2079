#include "tools/common/prompting.hpp"

#include "daemon/admin/errors.hpp"
#include "tools/common/interrupt.hpp"
#include "tools/common/output.hpp"

namespace ledger_bridge::tools {

using nlohmann::json;

namespace {

void tell_prompt(const json& event, const json& plan, const CommonOptions& options) {
    if (member(event, "screens") != member(plan, "screens")) {
        say("The screen of the device asks:", options.json);
        say_all(screen_lines(member(event, "screens")), options);
    }
    say("Waiting for the person at the device: compare its screens, then press Accept or "
        "Reject there. Ctrl-C stops waiting.",
        options.json);
}

void tell_search(const json& event, const CommonOptions& options) {
    say("No answer came, so the device is read. If the question is still on its screen, answer it "
        "there; if the cable is out, plug it in, unlock it and open the Tezos Baking app within " +
            number_in(event, "seconds") + " s. Ctrl-C stops looking.",
        options.json);
}

}  // namespace

void say_all(const Lines& lines, const CommonOptions& options) {
    for (const auto& line : lines) {
        say(line, options.json);
    }
}

admin::Outcome run_prompting(Carrier& carrier,
                             const json& request,
                             const json& plan,
                             const std::string& effect,
                             const CommonOptions& options) {
    bool prompting = false;
    const Interrupt interrupt([&carrier]() { carrier.cancel(); });
    auto outcome = carrier.run(request, [&](const json& event) {
        if (text_in(event, "event") == "prompt") {
            prompting = true;
            tell_prompt(event, plan, options);
        } else if (text_in(event, "event") == "looking") {
            tell_search(event, options);
        }
    });
    if (interrupt.happened() && std::holds_alternative<admin::Failure>(outcome)) {
        return admin::failure_of(prompting ? fail(admin::Errc::prompt_left_open, effect)
                                           : carrier.cancelled_early());
    }
    return outcome;
}

}  // namespace ledger_bridge::tools
