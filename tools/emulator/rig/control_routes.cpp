#include "tools/emulator/rig/control_routes.hpp"

#include <algorithm>
#include <array>

#include "tools/emulator/rig/request_body.hpp"
#include "tools/emulator/rig/state.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint32_t kMostFaults = 1'000'000;
constexpr std::uint32_t kLongestDelay = 3'600'000;  // milliseconds
constexpr std::uint32_t kMostReports = 1'000;

ControlAnswer refusal(unsigned status, std::string_view reason) {
    return {status, {{"error", reason}}};
}

ControlAnswer bad_request(std::string_view reason) {
    return refusal(400, reason);
}

ControlAnswer conflict(std::string_view reason) {
    return refusal(409, reason);
}

}  // namespace

const ControlRoutes::Route* ControlRoutes::find(std::string_view method, std::string_view target) {
    static constexpr std::array<Route, 11> routes{{
        {"POST", "/accept", false, &ControlRoutes::accept},
        {"POST", "/reject", false, &ControlRoutes::reject},
        {"POST", "/lock", false, &ControlRoutes::lock},
        {"POST", "/unlock", false, &ControlRoutes::unlock},
        {"POST", "/unplug", false, &ControlRoutes::unplug},
        {"POST", "/plug", false, &ControlRoutes::plug},
        {"POST", "/power-cycle", true, &ControlRoutes::power_cycle},
        {"POST", "/open-app", true, &ControlRoutes::open_app},
        {"POST", "/hwm-setting", true, &ControlRoutes::hwm_setting},
        {"POST", "/fault", true, &ControlRoutes::fault},
        {"GET", "/state", false, &ControlRoutes::state},
    }};
    const auto path = target.substr(0, target.find('?'));
    const auto* const found =
        std::find_if(routes.begin(), routes.end(), [method, path](const Route& route) {
            return route.method == method && route.path == path;
        });
    return found == routes.end() ? nullptr : found;
}

ControlAnswer ControlRoutes::handle(std::string_view method,
                                    std::string_view target,
                                    std::string_view body) {
    const auto* const route = find(method, target);
    if (route == nullptr) {
        return refusal(404, "no such request");
    }
    const auto object = body.empty() ? Json::object() : Json::parse(body, nullptr, false);
    if (!object.is_object()) {
        return bad_request("the body must be a JSON object or empty");
    }
    if (!route->has_fields && !object.empty()) {
        return bad_request("this request has no fields");
    }
    auto answer = (this->*route->handler)(object);
    bench_.save();
    return answer;
}

ControlAnswer ControlRoutes::answer_prompt(std::optional<Answer> answer) {
    if (!answer) {
        return conflict(bench_.device().locked() ? "the device is locked" : "no prompt is open");
    }
    bench_.save();
    cable_.send(bench_.deliver(*answer));
    return {};
}

ControlAnswer ControlRoutes::accept(const Json& /*none*/) {
    return answer_prompt(bench_.device().accept());
}

ControlAnswer ControlRoutes::reject(const Json& /*none*/) {
    return answer_prompt(bench_.device().reject());
}

ControlAnswer ControlRoutes::lock(const Json& /*none*/) {
    bench_.device().lock();
    return {};
}

ControlAnswer ControlRoutes::unlock(const Json& /*none*/) {
    bench_.device().unlock();
    return {};
}

ControlAnswer ControlRoutes::unplug(const Json& /*none*/) {
    cable_.unplug();
    return {};
}

ControlAnswer ControlRoutes::plug(const Json& /*none*/) {
    return cable_.plug() ? ControlAnswer{} : conflict("another program has taken a port");
}

ControlAnswer ControlRoutes::power_cycle(const Json& body) {
    RequestBody fields(body);
    const auto factory = fields.flag("factory").value_or(false);
    const auto app = app_from_name(fields.text("app").value_or("Tezos Baking"));
    if (!fields.ok() || !app) {
        return bad_request(fields.ok() ? "no such app" : fields.reason());
    }
    auto& device = bench_.device();
    const auto host_waits = device.prompt().has_value();
    device.power_cycle(*app);
    if (factory) {
        device.wipe();
    }
    cable_.device_restarted(host_waits);
    return {};
}

ControlAnswer ControlRoutes::open_app(const Json& body) {
    RequestBody fields(body);
    const auto app = app_from_name(fields.text("name").value_or(""));
    if (!fields.ok() || !app) {
        return bad_request(fields.ok() ? "name must be Tezos Baking, Tezos Wallet (XTZ) or BOLOS"
                                       : fields.reason());
    }
    if (!bench_.device().open_app(*app)) {
        return conflict("the device is locked or asks something");
    }
    cable_.follow_app();
    return {};
}

ControlAnswer ControlRoutes::hwm_setting(const Json& body) {
    RequestBody fields(body);
    const auto enabled = fields.flag("enabled");
    if (!fields.ok() || !enabled) {
        return bad_request(fields.ok() ? "enabled is missing" : fields.reason());
    }
    return bench_.device().set_hwm_enabled(*enabled)
               ? ControlAnswer{}
               : conflict("the Baking app is not open, or asks something, or the device is locked");
}

ControlAnswer ControlRoutes::fault(const Json& body) {
    RequestBody fields(body);
    const auto kind = fault_kind_from_name(fields.text("kind").value_or(""));
    Fault fault;
    fault.count = fields.number("count", 1, kMostFaults).value_or(1);
    fault.delay = std::chrono::milliseconds(fields.number("ms", 0, kLongestDelay).value_or(0));
    fault.reports = fields.number("reports", 1, kMostReports).value_or(1);
    const auto instruction = fields.text("instruction");
    if (!fields.ok() || !kind) {
        return bad_request(fields.ok() ? "kind must be delay, drop, cut, corrupt, disconnect or "
                                         "between-reports"
                                       : fields.reason());
    }
    if (instruction && find_instruction(std::string_view(*instruction)) == nullptr) {
        return bad_request("no such instruction");
    }
    fault.kind = *kind;
    fault.instruction = instruction.value_or("");
    bench_.faults().add(fault);
    return {};
}

ControlAnswer ControlRoutes::state(const Json& /*none*/) {
    return {200, state_of(bench_.device(), cable_.plugged())};
}

}  // namespace ledger_bridge::emulator
