// Who asks, as far as the connection and the request show it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apdu/keys.hpp"

namespace ledger_bridge::daemon {

enum class Listener { http, https, tcp, unix_socket };

// "http", "https", "tcp", "unix": the names of the options.
std::string_view listener_name(Listener listener);
std::optional<Listener> parse_listener(std::string_view name);

struct Client {
    Listener listener = Listener::http;
    // SHA-256 of its DER certificate, lowercase hexadecimal; empty without one.
    std::string certificate = {};
    // The authorized key whose signature came with the request.
    std::optional<apdu::KeyHash> key = std::nullopt;
    // Where its connection comes from, as origin_of() tells.
    std::string origin = {};

    // "http tz1…", for people.
    [[nodiscard]] std::string text() const;
    // The best that tells it from others: its key, else its certificate, else its origin.
    [[nodiscard]] std::string identity() const;
};

}  // namespace ledger_bridge::daemon
