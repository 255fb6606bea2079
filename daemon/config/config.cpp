#include "daemon/config/config.hpp"

#include <system_error>

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "daemon/config/command_line.hpp"
#include "daemon/config/config_file.hpp"
#include "daemon/config/options.hpp"
#include "daemon/config/policy_tables.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// Nothing when no file was named and there is none at the usual place.
std::optional<std::string> file_to_read(const std::optional<std::string>& named,
                                        const std::filesystem::path& default_file) {
    std::error_code status;
    if (named || (!std::filesystem::exists(default_file, status) && !status)) {
        return named;
    }
    return default_file.string();
}

Result<void> check_reach(std::string_view option,
                         const std::vector<ListenAddress>& addresses,
                         bool known_clients,
                         const Config& config) {
    const auto open =
        std::find_if_not(addresses.begin(), addresses.end(), std::mem_fn(&ListenAddress::loopback));
    if (open == addresses.end() || config.allow_remote || known_clients) {
        return {};
    }
    return fail(Errc::bad_option,
                fmt::format("{}: {} can be reached from other machines, and nobody is asked who he "
                            "is; use 127.0.0.1, or require-authentication, or https with "
                            "tls-client-ca, or allow-remote if the network is trusted",
                            option,
                            open->text()));
}

Result<void> check_tls(const Config& config) {
    if (!config.https.empty() && !(config.tls.certificate && config.tls.key)) {
        return fail(Errc::bad_option, "https needs tls-certificate and tls-key");
    }
    if (config.https.empty() && config.tls != TlsFiles{}) {
        return fail(Errc::bad_option, "tls-certificate, tls-key and tls-client-ca need https");
    }
    return {};
}

}  // namespace

Result<void> check_config(const Config& config) {
    if (config.require_authentication != config.authorized_keys.has_value()) {
        return fail(Errc::bad_option, "require-authentication and authorized-keys need each other");
    }
    if (auto tls = check_tls(config); !tls) {
        return tls;
    }
    const bool keys = config.require_authentication;
    if (auto http = check_reach("http", config.http, keys, config); !http) {
        return http;
    }
    const bool certificates = config.tls.client_ca.has_value();
    const auto https = check_reach("https", config.https, keys || certificates, config);
    const auto tcp = https ? check_reach("tcp", config.tcp, keys, config) : https;
    return tcp ? check_policies(config) : tcp;
}

Result<StartUp> read_start_up(const std::vector<std::string>& arguments,
                              std::string_view version,
                              const std::filesystem::path& default_file,
                              const GivenOptions& handed) {
    auto line = read_command_line(arguments, version);
    if (!line) {
        return line.error();
    }
    StartUp start_up;
    if (line->message) {
        start_up.message = std::move(line->message);
        return start_up;
    }
    start_up.file = file_to_read(line->config, default_file);
    auto file = start_up.file ? read_config_file(*start_up.file) : ConfigFile{};
    if (!file) {
        return file.error();
    }
    for (auto& [name, option] : line->given) {
        file->options.insert_or_assign(name, std::move(option));
    }
    for (const auto& [name, option] : handed) {
        file->options.insert_or_assign(name, option);
    }
    const auto applied = apply_options(file->options, start_up.config);
    if (!applied) {
        return applied.error();
    }
    start_up.given = std::move(file->options);
    start_up.config.first_start = line->first_start;
    start_up.config.adopt_state = line->adopt_state;
    if (const auto checked = check_config(start_up.config); !checked) {
        return checked.error();
    }
    const auto policies = apply_policies(file->policies, start_up.config);
    return policies ? Result<StartUp>(start_up) : policies.error();
}

}  // namespace ledger_bridge::daemon
