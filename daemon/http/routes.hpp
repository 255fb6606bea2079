// Which of the daemon's services a request line asks for. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/config/path_prefix.hpp"

namespace ledger_bridge::daemon {

struct GetAuthorizedKeys {};

struct GetKey {
    std::string text;  // the key hash as it stood in the path, decoded and not yet checked
};

struct SignQuery {
    std::optional<std::string> authentication;  // base58 signature, not yet checked
};

struct PostKey {
    std::string text;
    SignQuery query;
};

// A page in a web browser asked for a signature.
struct PagePostsKey {};

struct GetKnownKeys {};
struct BlsProvePossession {};
struct Healthz {};

struct Statusz {
    std::string text;
};

struct MetricsPage {};
struct Index {};
struct NotFound {};

struct MethodNotAllowed {
    std::string allow;
};

// OPTIONS at an existing path, or "*".
struct Options {
    std::string allow;
};

// HEAD, which octez-signer answers with 501.
struct NotImplemented {};

struct BadQuery {
    std::string why;
};

using Route = std::variant<GetAuthorizedKeys,
                           GetKey,
                           PostKey,
                           PagePostsKey,
                           GetKnownKeys,
                           BlsProvePossession,
                           Healthz,
                           Statusz,
                           MetricsPage,
                           Index,
                           NotFound,
                           MethodNotAllowed,
                           Options,
                           NotImplemented,
                           BadQuery>;

// `target` is a path with an optional query, "*", or an absolute http(s) address as proxies send
// it. The path is split at '/', empty segments are dropped, and each is percent-decoded. The prefix
// is dropped once where the path begins with it; paths without it are answered as well, since
// health checks and proxies that take it off go by those.
//
// Query: `authentication` twice is BadQuery. Everything else is ignored: unknown parameters, and
// `version`, which names a signature scheme of tz4 keys alone and must never make a request fail.
//
// Source: Octez remote-signer protocol, routes and `version` parameter (octez-v25.1).
Route parse_route(std::string_view method, std::string_view target, const PathPrefix& prefix = {});

// The same for a page in a web browser, which may read what everybody may, and has nothing signed.
Route for_page(const Route& route);

// A fixed, small set of names, one for each alternative: "sign", "not_found".
std::string_view route_name(const Route& route);

}  // namespace ledger_bridge::daemon
