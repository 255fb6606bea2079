#include "daemon/http/sign_body.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// Asked before the parser is, so that no other JSON is ever built in memory.
bool begins_with_quote(std::string_view body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && body[first] == '"';
}

}  // namespace

Result<Bytes> parse_sign_body(std::string_view body) {
    if (!begins_with_quote(body)) {
        return fail(Errc::bad_body, "it does not begin with a quote");
    }
    // To the parser a NUL ends the text, whatever follows it.
    if (body.find('\0') != std::string_view::npos) {
        return fail(Errc::bad_body, "it holds a NUL byte");
    }
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto* const text = json.get_ptr<const std::string*>();
    if (text == nullptr) {
        return fail(Errc::bad_body, "it is not one complete JSON string");
    }
    auto bytes = from_hex(*text);
    if (!bytes) {
        return fail(Errc::bad_body, "an odd number of digits, or something that is no digit");
    }
    if (bytes->empty()) {
        return fail(Errc::bad_body, "the string is empty");
    }
    return std::move(*bytes);
}

}  // namespace ledger_bridge::daemon
