// The body of a sign request: a JSON string of hexadecimal digits. Pure.
#pragma once

#include <string_view>

#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// The bytes to sign, at least one. White space around the string, both cases of digits and JSON
// escapes are legal. Errors: bad_body.
Result<Bytes> parse_sign_body(std::string_view body);

}  // namespace ledger_bridge::daemon
