#include "daemon/config/listen_address.hpp"

#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "daemon/errors.hpp"

#include <arpa/inet.h>

namespace ledger_bridge::daemon {

namespace {

constexpr std::uint8_t kLoopbackNet = 127;

std::optional<std::array<std::uint8_t, 4>> ipv4(const std::string& host) {
    std::array<std::uint8_t, 4> bytes{};
    return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ? std::optional(bytes)
                                                               : std::nullopt;
}

std::optional<std::array<std::uint8_t, 16>> ipv6(const std::string& host) {
    std::array<std::uint8_t, 16> bytes{};
    return inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1 ? std::optional(bytes)
                                                                : std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    return !text.empty() && error == std::errc{} && stop == end ? std::optional(port)
                                                                : std::nullopt;
}

// A name or IPv4 address: what may stand before the port without brackets.
bool plain_host(std::string_view host) {
    return !host.empty() && host.find_first_not_of(
                                "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789.-_") == std::string_view::npos;
}

std::optional<std::string> parse_host(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        std::string host(text.substr(1, text.size() - 2));
        return ipv6(host) ? std::optional(host) : std::nullopt;
    }
    return plain_host(text) ? std::optional(std::string(text)) : std::nullopt;
}

}  // namespace

std::string ListenAddress::text() const {
    const auto* form = host.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}";
    return fmt::format(fmt::runtime(form), host, port);
}

bool ListenAddress::loopback() const {
    if (const auto bytes = ipv4(host)) {
        return bytes->front() == kLoopbackNet;
    }
    if (const auto bytes = ipv6(host)) {
        return *bytes ==
               std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    }
    return host == "localhost";
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos) {
        const auto host = parse_host(text.substr(0, colon));
        const auto port = parse_port(text.substr(colon + 1));
        if (host && port) {
            return ListenAddress{*host, *port};
        }
    }
    return fail(Errc::bad_option,
                fmt::format("'{}' is no ADDRESS:PORT such as 127.0.0.1:6732 or [::1]:6732", text));
}

}  // namespace ledger_bridge::daemon
