#include "daemon/config/path_prefix.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// Those that mean themselves in a path, escaped or not (RFC 3986, 2.3).
constexpr std::string_view kUnreserved =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

constexpr std::array<std::string_view, 7> kOurs{"authorized_keys",
                                                "keys",
                                                "known_keys",
                                                "bls_prove_possession",
                                                "healthz",
                                                "statusz",
                                                "metrics"};

bool is_segment(std::string_view text) {
    // Clients take "." and ".." out of a path before they send it.
    return !text.empty() && text != "." && text != ".." &&
           text.find_first_not_of(kUnreserved) == std::string_view::npos;
}

Error no_prefix(std::string_view text, std::string_view why) {
    return fail(Errc::bad_option, fmt::format("'{}' is no path such as /signer: {}", text, why));
}

}  // namespace

bool PathPrefix::begins(const std::vector<std::string>& path) const {
    return path.size() >= segments.size() &&
           std::equal(segments.begin(), segments.end(), path.begin());
}

Result<PathPrefix> parse_path_prefix(std::string_view text) {
    PathPrefix prefix;
    if (text == "none") {
        return prefix;
    }
    auto rest = text;
    do {
        if (!rest.starts_with('/')) {
            return no_prefix(text, "it begins with a slash");
        }
        rest.remove_prefix(1);
        const auto segment = rest.substr(0, rest.find('/'));
        if (!is_segment(segment)) {
            return no_prefix(text, "between slashes it has letters, digits and - . _ ~");
        }
        prefix.segments.emplace_back(segment);
        rest.remove_prefix(segment.size());
    } while (!rest.empty());
    if (std::find(kOurs.begin(), kOurs.end(), prefix.segments.front()) != kOurs.end()) {
        return no_prefix(text, "its beginning is a path of the interface itself");
    }
    return prefix;
}

}  // namespace ledger_bridge::daemon
