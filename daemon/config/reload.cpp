#include "daemon/config/reload.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/config/options.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::array<std::string_view, 4> kChangeable{
    "allow-list-known-keys", "deterministic-nonces", "log-level", "sign-deadline"};

// Listeners, and whether they ask for keys, stay as they are; so does what belongs to one that
// starts or ends with the next start.
bool https_stays(const Config& running, const Config& next) {
    return running.https && next.https;
}

bool authentication_stays(const Config& running, const Config& next) {
    return running.require_authentication && next.require_authentication;
}

bool changeable(std::string_view name, const Config& running, const Config& next) {
    if (name.substr(0, 4) == "tls-") {
        return https_stays(running, next);
    }
    if (name == "authorized-keys") {
        return authentication_stays(running, next);
    }
    return std::find(kChangeable.begin(), kChangeable.end(), name) != kChangeable.end();
}

// As it was given, or its default.
std::string value_of(const Option& option, const GivenOptions& given) {
    const auto found = given.find(option.name);
    return found == given.end() ? std::string(option.default_text)
                                : fmt::format("{}", fmt::join(found->second.values, ","));
}

Config merged(Config config, const Config& next) {
    config.allow_list_known_keys = next.allow_list_known_keys;
    config.deterministic_nonces = next.deterministic_nonces;
    config.sign_deadline = next.sign_deadline;
    config.log.level = next.log.level;
    config.policies = next.policies;
    if (https_stays(config, next)) {
        config.tls = next.tls;
    }
    if (authentication_stays(config, next)) {
        config.authorized_keys = next.authorized_keys;
    }
    return config;
}

void take(GivenOptions& given, const GivenOptions& next, std::string_view name) {
    const std::string key(name);
    given.erase(key);
    if (const auto found = next.find(key); found != next.end()) {
        given.emplace(*found);
    }
}

}  // namespace

Result<Reload> plan_reload(const StartUp& running, const StartUp& next) {
    Reload reload{.start_up = running, .changed = {}, .needs_restart = {}};
    reload.start_up.config = merged(running.config, next.config);
    if (const auto checked = check_config(reload.start_up.config); !checked) {
        return checked.error();
    }
    for (const auto& option : options()) {
        const auto value = value_of(option, next.given);
        if (value == value_of(option, running.given)) {
            continue;
        }
        if (changeable(option.name, running.config, next.config)) {
            reload.changed.push_back(
                fmt::format("{} is {}", option.name, value.empty() ? "not set" : value));
            take(reload.start_up.given, next.given, option.name);
        } else {
            reload.needs_restart.emplace_back(option.name);
        }
    }
    if (running.config.policies != next.config.policies) {
        reload.changed.push_back(fmt::format("policy is {} tables", next.config.policies.size()));
    }
    return reload;
}

}  // namespace ledger_bridge::daemon
