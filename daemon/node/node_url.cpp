#include "daemon/node/node_url.hpp"

#include <algorithm>
#include <charconv>

#include "daemon/node/errors.hpp"

namespace ledger_bridge::node {

namespace {

Error bad_url(std::string_view text, std::string_view why) {
    return fail(Errc::bad_node_url, std::string(text) + ": " + std::string(why));
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

bool plain(char character) {
    return character > ' ' && character < 0x7f &&
           std::string_view("?#@\\\"<>").find(character) == std::string_view::npos;
}

bool valid_port(std::string_view text) {
    unsigned port = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    return read.ec == std::errc{} && read.ptr == end && port > 0 && port <= 65535;
}

// Cuts "host", "host:port", "[::1]" or "[::1]:port" in two.
void split_authority(std::string_view authority, std::string_view& host, std::string_view& port) {
    const auto bracket = authority.find(']');
    const bool address = authority.starts_with('[') && bracket != std::string_view::npos;
    const auto colon = authority.find(':', address ? bracket : 0);
    host = address ? authority.substr(1, bracket - 1) : authority.substr(0, colon);
    if (colon != std::string_view::npos) {
        port = authority.substr(colon + 1);
    }
}

}  // namespace

Result<NodeUrl> parse_node_url(std::string_view text) {
    auto rest = text;
    const bool tls = take_prefix(rest, "https://");
    if (!tls && !take_prefix(rest, "http://")) {
        return bad_url(text, "it begins with neither http:// nor https://");
    }
    if (!std::all_of(rest.begin(), rest.end(), plain)) {
        return bad_url(text, "it has characters that do not belong there");
    }
    const auto slash = rest.find('/');
    auto path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    std::string_view host;
    std::string_view port = tls ? "443" : "80";
    split_authority(rest.substr(0, slash), host, port);
    if (host.empty() || !valid_port(port)) {
        return bad_url(text, host.empty() ? "it names no host" : "its port is none");
    }
    return NodeUrl{tls, std::string(host), std::string(port), std::string(path)};
}

std::string host_header(const NodeUrl& url) {
    const bool address = url.host.find(':') != std::string::npos;
    auto text = address ? "[" + url.host + "]" : url.host;
    return url.port == (url.tls ? "443" : "80") ? text : text + ":" + url.port;
}

}  // namespace ledger_bridge::node
