#include "daemon/policy/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ledger_bridge::daemon {

namespace {

constexpr std::array<std::pair<Listener, std::string_view>, 4> kListeners{{
    {Listener::http, "http"},
    {Listener::https, "https"},
    {Listener::tcp, "tcp"},
    {Listener::unix_socket, "unix"},
}};

std::string certificate_text(const std::string& certificate) {
    return certificate.empty() ? "" : "certificate:" + certificate;
}

}  // namespace

std::string_view listener_name(Listener listener) {
    return kListeners.at(static_cast<std::size_t>(listener)).second;
}

std::optional<Listener> parse_listener(std::string_view name) {
    const auto* const found = std::find_if(kListeners.begin(),
                                           kListeners.end(),
                                           [name](const auto& one) { return one.second == name; });
    return found == kListeners.end() ? std::nullopt : std::optional(found->first);
}

std::string Client::text() const {
    std::string text(listener_name(listener));
    const auto add = [&text](const std::string& part) { text += part.empty() ? "" : " " + part; };
    add(certificate_text(certificate));
    add(key ? key->text() : "");
    return text;
}

std::string Client::identity() const {
    if (key) {
        return key->text();
    }
    return certificate.empty() ? origin : certificate_text(certificate);
}

}  // namespace ledger_bridge::daemon
