// Every answer of the HTTP interface, built from values. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "daemon/http/http_message.hpp"
#include "daemon/http/routes.hpp"
#include "driver/base/errors.hpp"

namespace ledger_bridge::daemon {

// The bodies with status 200 have exactly these members: clients refuse any other. All are
// minified JSON and a newline. Source: Octez remote-signer protocol, response rules.

// {"signature":"edsig…"}
HttpAnswer signature_answer(std::string_view signature);
// {"public_key":"edpk…"}
HttpAnswer public_key_answer(std::string_view public_key);
// {} when requests need no authentication, else {"authorized_keys":["tz1…"]}
HttpAnswer authorized_keys_answer(const std::optional<std::vector<std::string>>& key_hashes);
// {"known_keys":["tz1…"]}
HttpAnswer known_keys_answer(std::span<const std::string> key_hashes);

// What /healthz and /statusz/<pkh> say. `reasons` is empty exactly when a signature would be
// given now.
struct Health {
    std::vector<std::string> reasons = {};
    std::optional<std::string> device = {};
    std::optional<std::string> store = {};
    std::optional<std::string> role = {};
    std::vector<std::string> details = {};  // what is wrong or disturbs, and what to do, for people
    std::vector<std::string> warnings = {};  // those of the details that only disturb
    std::vector<std::string> policy = {};    // of one key: a text for each table
};

// {"ready":bool,"reasons":[…],"device":…,"store":…,"role":…}
nlohmann::ordered_json health_json(const Health& health);
// The same with "details", for the status page.
nlohmann::ordered_json health_page_json(const Health& health);
// The first JSON with 200 when ready, else 503. "marks", "warnings" and "policy", where there are
// any, are members more: what host and device say of each key and chain, what disturbs, and who may
// have what signed.
HttpAnswer health_answer(const Health& health, const nlohmann::ordered_json& marks);
HttpAnswer health_answer(const Health& health);

// Prometheus text.
HttpAnswer metrics_answer(std::string text);

// [{"kind":"temporary","id":"failure","msg":"…"}] with the status of the error's code. The
// message is the error's text; where scripts match octez-signer's words, those come first.
// Never throws: bytes that are no UTF-8 become U+FFFD.
HttpAnswer error_answer(const Error& error);

// The status alone. Codes that the contract does not name are 500: a bug in this program.
unsigned http_status(const error_code& code);

// The answer to a route that depends on nothing but itself (not found, method, options, bad
// query, a page's request, proof of possession); nothing for the others.
std::optional<HttpAnswer> fixed_answer(const Route& route);

}  // namespace ledger_bridge::daemon
