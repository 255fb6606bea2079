#include "daemon/config/reload.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/config/options.hpp"
#include "daemon/errors.hpp"
#include "daemon/policy/policy_changes.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::array<std::string_view, 4> kChangeable{
    "allow-list-known-keys", "deterministic-nonces", "log-level", "sign-deadline"};

// Listeners, and whether they ask for keys, begin and end with the daemon; so does what belongs to
// one of them that does.
bool https_stays(const Config& running, const Config& next) {
    return !running.https.empty() && !next.https.empty();
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

// Without its file a daemon would fall back to defaults that nobody chose, and lose its policies.
Result<void> check_file(const StartUp& running, const StartUp& next) {
    if (running.file && !next.file) {
        return fail(Errc::bad_option,
                    fmt::format("{}, which was read before, is not there", *running.file));
    }
    return {};
}

}  // namespace

// Options that hold each other up are taken together or not at all: a policy that is gone because
// clients must now show a key would leave nobody in their way until the restart.
Result<Reload> plan_reload(const StartUp& running, const StartUp& next) {
    if (const auto file = check_file(running, next); !file) {
        return file.error();
    }
    Reload reload{.start_up = next, .changed = {}};
    std::vector<std::string_view> needs_restart;
    for (const auto& option : options()) {
        const auto value = value_of(option, next.given);
        if (value == value_of(option, running.given)) {
            continue;
        }
        if (changeable(option.name, running.config, next.config)) {
            reload.changed.push_back(
                fmt::format("{} is {}", option.name, value.empty() ? "not set" : value));
        } else {
            needs_restart.push_back(option.name);
        }
    }
    if (!needs_restart.empty()) {
        return fail(Errc::restart_needed, fmt::format("{}", fmt::join(needs_restart, ", ")));
    }
    const auto policies = policy_changes(running.config.policies, next.config.policies);
    reload.changed.insert(reload.changed.end(), policies.begin(), policies.end());
    return reload;
}

}  // namespace ledger_bridge::daemon
