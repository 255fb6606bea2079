// The public keys whose owners may ask for signatures, as a file says them. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "apdu/keys.hpp"

namespace ledger_bridge::daemon {

// Either octez-signer's file, [{"name":"…","value":"edpk…"},…], or one public key a line, where
// empty lines and what follows a # do not count.
// Errors: bad_authorized_keys; the detail names the line or the entry. A file without a key is one.
Result<std::vector<apdu::PublicKey>> parse_authorized_keys(std::string_view text);

// It is a whole file, [] or comments alone, that names no key; one without a byte may be half
// written.
bool names_nobody(std::string_view text);

}  // namespace ledger_bridge::daemon
