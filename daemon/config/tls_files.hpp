// Where the certificates of the HTTPS listener are, as PEM.
#pragma once

#include <optional>
#include <string>

namespace ledger_bridge::daemon {

struct TlsFiles {
    std::optional<std::string> certificate =
        std::nullopt;  // ours, then those between it and its CA
    std::optional<std::string> key = std::nullopt;
    std::optional<std::string> client_ca = std::nullopt;  // nothing: clients need no certificate

    bool operator==(const TlsFiles&) const = default;
};

}  // namespace ledger_bridge::daemon
