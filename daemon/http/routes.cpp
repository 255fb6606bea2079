#include "daemon/http/routes.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/beast/core/string.hpp>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::daemon {

namespace {

using Segments = std::vector<std::string>;

struct Target {
    std::string_view path;
    std::string_view query;
};

// "http://host:port/keys?x" is "/keys?x" to the server itself (RFC 9112, 3.2.2). Nothing when the
// target is neither that nor begins with a slash.
std::optional<std::string_view> without_origin(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (boost::beast::iequals(target.substr(0, scheme.size()), scheme)) {
            const auto path = target.find_first_of("/?", scheme.size());
            return path == std::string_view::npos ? std::string_view() : target.substr(path);
        }
    }
    return target.starts_with('/') ? std::optional(target) : std::nullopt;
}

Target split_target(std::string_view target) {
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) {
        return {target, {}};
    }
    return {target.substr(0, mark), target.substr(mark + 1)};
}

// Nothing when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const auto byte = text.size() - i > 2 ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
        if (!byte) {
            return std::nullopt;
        }
        decoded += static_cast<char>(byte->front());
        i += 2;
    }
    return decoded;
}

// Calls `use` for each non-empty part between separators, until one says false.
template <class Use>
bool for_each_part(std::string_view text, char separator, Use use) {
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (end > 0 && !use(text.substr(0, end))) {
            return false;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

std::optional<Segments> split_path(std::string_view path) {
    Segments segments;
    const auto complete = for_each_part(path, '/', [&segments](std::string_view part) {
        auto decoded = percent_decode(part);
        if (decoded) {
            segments.push_back(std::move(*decoded));
        }
        return decoded.has_value();
    });
    return complete ? std::optional(std::move(segments)) : std::nullopt;
}

// Takes one "name=value" of a query; what is wrong with it, or nothing.
std::string_view take_parameter(std::string_view part, SignQuery& query) {
    const auto equals = std::min(part.find('='), part.size());
    if (percent_decode(part.substr(0, equals)) != "authentication") {
        return {};
    }
    if (query.authentication) {
        return "authentication is given twice";
    }
    query.authentication = percent_decode(part.substr(std::min(equals + 1, part.size())));
    return query.authentication ? std::string_view() : "authentication has a bad percent escape";
}

Route sign_route(std::string key, std::string_view query_text) {
    SignQuery query;
    std::string_view why;
    for_each_part(query_text, '&', [&query, &why](std::string_view part) {
        why = take_parameter(part, query);
        return why.empty();
    });
    if (!why.empty()) {
        return BadQuery{std::string(why)};
    }
    return PostKey{std::move(key), std::move(query)};
}

// The route of GET at this path; NotFound when there is none.
Route get_route(Segments segments) {
    if (segments.empty()) {
        return Index{};
    }
    const auto& first = segments.front();
    if (segments.size() == 1) {
        static const std::array<std::pair<std::string_view, Route>, 4> plain{{
            {"authorized_keys", GetAuthorizedKeys{}},
            {"known_keys", GetKnownKeys{}},
            {"healthz", Healthz{}},
            {"metrics", MetricsPage{}},
        }};
        const auto* const found = std::find_if(
            plain.begin(), plain.end(), [&first](const auto& row) { return row.first == first; });
        return found == plain.end() ? Route{NotFound{}} : found->second;
    }
    if (segments.size() > 2) {
        return NotFound{};
    }
    if (first == "keys") {
        return GetKey{std::move(segments.back())};
    }
    if (first == "statusz") {
        return Statusz{std::move(segments.back())};
    }
    return first == "bls_prove_possession" ? Route{BlsProvePossession{}} : Route{NotFound{}};
}

}  // namespace

Route parse_route(std::string_view method, std::string_view target, const PathPrefix& prefix) {
    if (method == "HEAD") {
        return NotImplemented{};
    }
    if (method == "OPTIONS" && target == "*") {
        return Options{"GET, POST, OPTIONS"};
    }
    const auto local = without_origin(target);
    if (!local) {
        return BadQuery{"the target is no path"};
    }
    const auto [path, query] = split_target(*local);
    auto segments = split_path(path);
    if (!segments) {
        return BadQuery{"the path has a bad percent escape"};
    }
    if (prefix.begins(*segments)) {
        segments->erase(segments->begin(),
                        segments->begin() + static_cast<std::ptrdiff_t>(prefix.segments.size()));
    }
    auto get = get_route(std::move(*segments));
    if (method == "GET" || std::holds_alternative<NotFound>(get)) {
        return get;
    }
    auto* const key = std::get_if<GetKey>(&get);
    if (method == "POST" && key != nullptr) {
        return sign_route(std::move(key->text), query);
    }
    const auto* const allow = key != nullptr ? "GET, POST, OPTIONS" : "GET, OPTIONS";
    return method == "OPTIONS" ? Route{Options{allow}} : Route{MethodNotAllowed{allow}};
}

Route for_page(const Route& route) {
    return std::holds_alternative<PostKey>(route) ? Route{PagePostsKey{}} : route;
}

std::string_view route_name(const Route& route) {
    static constexpr std::array<std::string_view, std::variant_size_v<Route>> names{
        "authorized_keys",
        "public_key",
        "sign",
        "page_sign",
        "known_keys",
        "prove_possession",
        "healthz",
        "statusz",
        "metrics",
        "index",
        "not_found",
        "bad_method",
        "options",
        "head",
        "bad_request"};
    return names[route.index()];
}

}  // namespace ledger_bridge::daemon
