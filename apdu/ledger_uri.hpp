// Octez' name of a key on a Ledger: ledger://<name>/<curve>/0h/0h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apdu/curve.hpp"
#include "apdu/derivation_path.hpp"
#include "apdu/errors.hpp"

namespace ledger_bridge::apdu {

struct LedgerUri {
    std::string name;                    // four words, or the tz1 address of the root key
    std::optional<Curve> curve;          // always there when `path` is
    std::optional<DerivationPath> path;  // whole: 44h/1729h/0h/0h for ".../0h/0h"

    // The form that parse_ledger_uri reads; the path without its first 44h/1729h.
    [[nodiscard]] std::string text() const;

    bool operator==(const LedgerUri&) const = default;
};

// Path elements are appended to 44h/1729h; without a curve before them ed25519 is meant, whose
// elements must be hardened. Errors: bad_ledger_uri.
Result<LedgerUri> parse_ledger_uri(std::string_view text);

}  // namespace ledger_bridge::apdu
