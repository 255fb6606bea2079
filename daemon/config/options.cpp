#include "daemon/config/options.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/config/option_setters.hpp"
#include "daemon/config/values.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::uint64_t kSmallestBody = 512;  // a sign request has up to 476 bytes
constexpr std::uint64_t kLargestBody = 16UL * 1024UL * 1024UL;
constexpr std::uint64_t kSmallestHeader = 512;
constexpr std::uint64_t kLargestHeader = 1024UL * 1024UL;
constexpr std::uint64_t kMostConnections = 10'000;
constexpr std::uint64_t kMostWaiting = 1'000;

template <class Target, class Value>
Result<void> assign(Target& target, const Result<Value>& value) {
    if (!value) {
        return value.error();
    }
    target = static_cast<Target>(*value);
    return {};
}

Result<void> set_flag(bool& target, const Values& values) {
    target = values.front() == "true";
    return {};
}

constexpr std::array kOptions{
    Option{"device",
           Shape::list,
           "D",
           "usb",
           "the Ledger: usb, usb:<four-word-animal-name>, usb:@<path>, tcp://host:port; repeatable",
           set_devices},
    Option{"usb-backend",
           Shape::text,
           "NAME",
           "hidraw",
           "how a Ledger on USB is reached: hidraw, or libusb, which keeps other programs off it",
           set_usb_backend},
    Option{
        "open-app",
        Shape::flag,
        "",
        "false",
        "when the Ledger shows its dashboard, ask there for the Tezos Baking app, once each time "
        "it is plugged in or unlocked; a person confirms it on the device",
        [](Config& config, const Values& values) { return set_flag(config.open_app, values); }},
    Option{"http",
           Shape::list,
           "ADDR:PORT",
           "127.0.0.1:6732",
           "where bakers ask for signatures; port 0 takes a free one; none switches it off; "
           "repeatable",
           [](Config& config, const Values& values) { return set_listeners(config.http, values); }},
    Option{
        "https",
        Shape::list,
        "ADDR:PORT",
        "none",
        "the same within TLS 1.2 or 1.3; repeatable",
        [](Config& config, const Values& values) { return set_listeners(config.https, values); }},
    Option{"tls-certificate",
           Shape::text,
           "FILE",
           "",
           "what https shows to its clients: its certificate and those between it and its CA, PEM",
           [](Config& config, const Values& values) {
               return set_path(config.tls.certificate, values);
           }},
    Option{"tls-key",
           Shape::text,
           "FILE",
           "",
           "the certificate's key, PEM, not encrypted; for the daemon's user and group alone",
           [](Config& config, const Values& values) { return set_path(config.tls.key, values); }},
    Option{"tls-client-ca",
           Shape::text,
           "FILE",
           "",
           "https answers those clients alone that show a certificate of a CA in this file, PEM",
           [](Config& config, const Values& values) {
               return set_path(config.tls.client_ca, values);
           }},
    Option{"tcp",
           Shape::list,
           "ADDR:PORT",
           "none",
           "the same in octez-signer's binary protocol, for tcp:// locators; its port is 7732; "
           "repeatable",
           [](Config& config, const Values& values) { return set_listeners(config.tcp, values); }},
    Option{
        "unix",
        Shape::text,
        "PATH",
        "",
        "the same in a socket file, for unix: locators; this user and group may use it",
        [](Config& config, const Values& values) { return set_path(config.unix_socket, values); }},
    Option{"path-prefix",
           Shape::text,
           "PATH",
           "none",
           "what http and https may have before each path: with /signer, /signer/keys/... is "
           "answered like /keys/...",
           [](Config& config, const Values& values) {
               return assign(config.path_prefix, parse_path_prefix(values.front()));
           }},
    Option{
        "require-authentication",
        Shape::flag,
        "",
        "false",
        "sign only for clients that show a key of the authorized-keys file, as octez-signer does",
        [](Config& config, const Values& values) {
            return set_flag(config.require_authentication, values);
        }},
    Option{"authorized-keys",
           Shape::text,
           "FILE",
           "",
           "the public keys of clients that may ask, one a line, or octez-signer's own file; read "
           "again when it changes",
           [](Config& config, const Values& values) {
               return set_path(config.authorized_keys, values);
           }},
    Option{
        "allow-remote",
        Shape::flag,
        "",
        "false",
        "let listeners be reached from other machines without require-authentication or "
        "tls-client-ca, although anybody who reaches them can ask",
        [](Config& config, const Values& values) { return set_flag(config.allow_remote, values); }},
    Option{"state-dir",
           Shape::text,
           "DIR",
           "",
           "where the watermarks are kept (default: $STATE_DIRECTORY, else /var/lib/ledger-bridge "
           "for root, else in $XDG_STATE_HOME)",
           [](Config& config, const Values& values) { return set_path(config.state_dir, values); }},
    Option{
        "admin-socket",
        Shape::text,
        "PATH",
        "",
        "where the tools reach this daemon (default: admin.sock in $RUNTIME_DIRECTORY, else in "
        "/run/ledger-bridge for root, else in $XDG_RUNTIME_DIR)",
        [](Config& config, const Values& values) { return set_path(config.admin_socket, values); }},
    Option{"store", Shape::text, "sqlite", "sqlite", "how the watermarks are kept", set_store},
    Option{"magic-bytes",
           Shape::numbers,
           "LIST",
           "0x11,0x12,0x13",
           "what is signed: 0x11 blocks, 0x12 preattestations, 0x13 attestations; 0x03 a "
           "reveal of the key, and no other operation",
           set_magic_bytes},
    Option{"allow-list-known-keys",
           Shape::flag,
           "",
           "false",
           "answer GET /known_keys with the keys served here",
           [](Config& config, const Values& values) {
               return set_flag(config.allow_list_known_keys, values);
           }},
    Option{"deterministic-nonces",
           Shape::flag,
           "",
           "false",
           "give deterministic nonces, made by the Ledger, over tcp and unix as octez-signer does",
           [](Config& config, const Values& values) {
               return set_flag(config.deterministic_nonces, values);
           }},
    Option{"chain",
           Shape::list,
           "CHAIN",
           "",
           "a chain to serve beside the device's main chain: mainnet, ghostnet or NetX...; "
           "repeatable",
           set_chains},
    Option{"max-level-jump",
           Shape::number,
           "N",
           "1000",
           "how many levels a request may be ahead of what time explains",
           [](Config& config, const Values& values) {
               return assign(config.max_level_jump,
                             parse_number(values.front(), 1, apdu::Level::kEnd.value - 1));
           }},
    Option{"block-time",
           Shape::text,
           "TIME",
           "6s",
           "the shortest time between two blocks of the chain: what max-level-jump goes by",
           [](Config& config, const Values& values) {
               return assign(config.block_time, parse_duration(values.front()));
           }},
    Option{"node",
           Shape::text,
           "URL",
           "",
           "a node's RPC (http://host:port or https://host) whose head a key's first signature is "
           "held to: at most two levels above it",
           set_node},
    Option{"audit-keep",
           Shape::number,
           "N",
           "1000000",
           "how many verdicts are kept for 'ledgerctl audit'",
           [](Config& config, const Values& values) {
               return assign(config.audit_keep, parse_number(values.front(), 1, 1'000'000'000));
           }},
    Option{"sign-deadline",
           Shape::text,
           "TIME",
           "4s",
           "when every request is answered at the latest",
           [](Config& config, const Values& values) {
               return assign(config.sign_deadline, parse_duration(values.front()));
           }},
    Option{"reconnect-grace",
           Shape::text,
           "TIME",
           "2s",
           "how long a request waits for a device whose connection was just lost",
           [](Config& config, const Values& values) {
               return assign(config.reconnect_grace, parse_duration(values.front()));
           }},
    Option{"queue-limit",
           Shape::number,
           "N",
           "32",
           "requests that may wait for one device",
           [](Config& config, const Values& values) {
               return assign(config.queue_limit, parse_number(values.front(), 1, kMostWaiting));
           }},
    Option{"client-queue-limit",
           Shape::number,
           "N",
           "8",
           "of these, requests of one client: of an authorized key or a certificate, else of whom "
           "client-connection-limit takes for one",
           [](Config& config, const Values& values) {
               return assign(config.client_queue_limit,
                             parse_number(values.front(), 1, kMostWaiting));
           }},
    Option{"body-limit",
           Shape::size,
           "SIZE",
           "64KiB",
           "largest body of a request",
           [](Config& config, const Values& values) {
               return assign(config.http_limits.body,
                             parse_size(values.front(), kSmallestBody, kLargestBody));
           }},
    Option{"header-limit",
           Shape::size,
           "SIZE",
           "8KiB",
           "largest header of a request",
           [](Config& config, const Values& values) {
               return assign(config.http_limits.header,
                             parse_size(values.front(), kSmallestHeader, kLargestHeader));
           }},
    Option{"connection-limit",
           Shape::number,
           "N",
           "256",
           "connections open at one time, at each listener",
           [](Config& config, const Values& values) {
               return assign(config.http_limits.connections,
                             parse_number(values.front(), 1, kMostConnections));
           }},
    Option{"client-connection-limit",
           Shape::number,
           "N",
           "64",
           "of these, connections of one client: an IPv4 address, an IPv6 network of 64 bits, for "
           "unix a user",
           [](Config& config, const Values& values) {
               return assign(config.http_limits.connections_of_client,
                             parse_number(values.front(), 1, kMostConnections));
           }},
    Option{"header-timeout",
           Shape::text,
           "TIME",
           "5s",
           "how long a client may take over its header, and before that over TLS",
           [](Config& config, const Values& values) {
               return assign(config.http_limits.header_time, parse_duration(values.front()));
           }},
    Option{"idle-timeout",
           Shape::text,
           "TIME",
           "30s",
           "how long a connection may be idle",
           [](Config& config, const Values& values) {
               return assign(config.http_limits.idle_time, parse_duration(values.front()));
           }},
    Option{"log-level",
           Shape::text,
           "LEVEL",
           "info",
           "trace, debug, info, warning, error, critical or off",
           [](Config& config, const Values& values) {
               return assign(config.log.level, parse_log_level(values.front()));
           }},
    Option{"log-format",
           Shape::text,
           "FORMAT",
           "text",
           "text or json",
           [](Config& config, const Values& values) {
               return assign(config.log.format, parse_log_format(values.front()));
           }},
};

}  // namespace

std::string reason(const Error& error) {
    if (error.code == make_error_code(Errc::bad_option)) {
        return error.detail;
    }
    return error.detail.empty() ? error.code.message()
                                : fmt::format("{}, {}", error.code.message(), error.detail);
}

std::span<const Option> options() {
    return kOptions;
}

const Option* find_option(std::string_view name) {
    const auto* const found = std::find_if(
        kOptions.begin(), kOptions.end(), [name](const Option& row) { return row.name == name; });
    return found == kOptions.end() ? nullptr : found;
}

Result<void> apply_options(const GivenOptions& given, Config& config) {
    for (const auto& option : kOptions) {
        const auto found = given.find(option.name);
        if (found == given.end()) {
            continue;
        }
        const auto& [values, origin] = found->second;
        const auto done = option.set(config, values);
        if (!done) {
            return fail(Errc::bad_option, fmt::format("{}: {}", origin, reason(done.error())));
        }
    }
    return {};
}

}  // namespace ledger_bridge::daemon
