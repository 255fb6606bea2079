#include "tools/common/prompting.hpp"

#include "daemon/admin/errors.hpp"
#include "tools/common/interrupt.hpp"
#include "tools/common/output.hpp"

namespace ledger_bridge::tools {

using nlohmann::json;

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
        if (text_in(event, "event") != "prompt") {
            return;
        }
        prompting = true;
        if (member(event, "screens") != member(plan, "screens")) {
            say("The screen of the device asks:", options.json);
            say_all(screen_lines(member(event, "screens")), options);
        }
        say("Waiting for the person at the device: compare its screens, then press Accept or "
            "Reject there. Ctrl-C stops waiting.",
            options.json);
    });
    if (interrupt.happened() && std::holds_alternative<admin::Failure>(outcome)) {
        return admin::failure_of(prompting ? fail(admin::Errc::prompt_left_open, effect)
                                           : carrier.cancelled_early());
    }
    return outcome;
}

}  // namespace ledger_bridge::tools
