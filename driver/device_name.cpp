#include "driver/device_name.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace ledger_bridge::driver {

namespace {

constexpr std::string_view kUsb = "usb";
constexpr std::string_view kUsbName = "usb:";
constexpr std::string_view kUsbPath = "usb:@";
constexpr std::string_view kTcp = "tcp://";

bool is_printable(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// The shape of a seed's name; which words exist is not known here.
bool is_four_words(std::string_view text) {
    const auto hyphens = std::count(text.begin(), text.end(), '-');
    const auto word = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
    return hyphens == 3 && text.front() != '-' && text.back() != '-' &&
           text.find("--") == std::string_view::npos && std::all_of(text.begin(), text.end(), word);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0) {
        return std::nullopt;
    }
    return port;
}

// "host:port" or "[v6 address]:port" at the last colon.
std::optional<std::pair<std::string, std::uint16_t>> parse_host_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    auto host = text.substr(0, colon);
    const auto port = parse_port(text.substr(colon + 1));
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const bool has_colon = host.find(':') != std::string_view::npos;
    const bool clean = is_printable(host) && host.find_first_of("[]/@") == std::string_view::npos;
    if (!port || !clean || has_colon != bracketed) {
        return std::nullopt;
    }
    return std::pair(std::string(host), *port);
}

Error bad_name(std::string_view text, std::string_view why) {
    return fail(Errc::bad_device_name, "'" + std::string(text) + "': " + std::string(why));
}

Result<DeviceName> parse_tcp(std::string_view text) {
    const auto target = parse_host_port(text.substr(kTcp.size()));
    if (!target) {
        return bad_name(text, "a host and a port from 1 to 65535 are needed");
    }
    DeviceName name;
    name.kind = DeviceKind::tcp;
    name.host = target->first;
    name.port = target->second;
    return name;
}

Result<DeviceName> parse_usb_path(std::string_view text) {
    const auto path = text.substr(kUsbPath.size());
    if (!is_printable(path)) {
        return bad_name(text, "a hidraw node or bus path is needed");
    }
    DeviceName name;
    name.kind = DeviceKind::usb_path;
    name.path = std::string(path);
    return name;
}

Result<DeviceName> parse_usb_name(std::string_view text) {
    const auto words = text.substr(kUsbName.size());
    if (!is_four_words(words)) {
        return bad_name(text, "a name is four lower-case words joined by hyphens");
    }
    DeviceName name;
    name.kind = DeviceKind::usb_name;
    name.name = std::string(words);
    return name;
}

}  // namespace

std::string DeviceName::text() const {
    switch (kind) {
        case DeviceKind::usb_only:
            break;
        case DeviceKind::usb_name:
            return std::string(kUsbName) + name;
        case DeviceKind::usb_path:
            return std::string(kUsbPath) + path;
        case DeviceKind::tcp: {
            const bool v6 = host.find(':') != std::string::npos;
            const auto shown = v6 ? "[" + host + "]" : host;
            return std::string(kTcp) + shown + ":" + std::to_string(port);
        }
    }
    return std::string(kUsb);
}

Result<DeviceName> parse_device_name(std::string_view text) {
    if (text == kUsb) {
        return DeviceName{};
    }
    if (text.starts_with(kTcp)) {
        return parse_tcp(text);
    }
    if (text.starts_with(kUsbPath)) {
        return parse_usb_path(text);
    }
    if (text.starts_with(kUsbName)) {
        return parse_usb_name(text);
    }
    return bad_name(text, "no such form");
}

}  // namespace ledger_bridge::driver
