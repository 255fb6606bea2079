// The control port's requests as a function: method, target and body in, status and JSON out.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tools/emulator/rig/bench.hpp"

namespace ledger_bridge::emulator {

struct ControlAnswer {
    unsigned status = 200;
    nlohmann::json body = nlohmann::json::object();
};

// `bench` and `cable` outlive it. One thread.
class ControlRoutes {
public:
    ControlRoutes(Bench& bench, Cable& cable) : bench_(bench), cable_(cable) {}

    // The effect is visible when this returns. Statuses: 200, 400 (body is no JSON object, unknown
    // field, wrong value), 404 (no such method and path), 409 (not in this state).
    ControlAnswer handle(std::string_view method, std::string_view target, std::string_view body);

private:
    using Json = nlohmann::json;
    using Handler = ControlAnswer (ControlRoutes::*)(const Json&);
    struct Route {
        std::string_view method;
        std::string_view path;
        bool has_fields;
        Handler handler;
    };
    static const Route* find(std::string_view method, std::string_view target);

    ControlAnswer accept(const Json& body);
    ControlAnswer reject(const Json& body);
    ControlAnswer lock(const Json& body);
    ControlAnswer unlock(const Json& body);
    ControlAnswer unplug(const Json& body);
    ControlAnswer plug(const Json& body);
    ControlAnswer power_cycle(const Json& body);
    ControlAnswer open_app(const Json& body);
    ControlAnswer hwm_setting(const Json& body);
    ControlAnswer fault(const Json& body);
    ControlAnswer state(const Json& body);
    ControlAnswer answer_prompt(std::optional<Answer> answer);

    Bench& bench_;
    Cable& cable_;
};

}  // namespace ledger_bridge::emulator
