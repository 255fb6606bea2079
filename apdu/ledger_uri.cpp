#include "apdu/ledger_uri.hpp"

#include <algorithm>

#include "apdu/keys.hpp"

namespace ledger_bridge::apdu {

namespace {

constexpr std::string_view kScheme = "ledger://";

bool is_lower_case_word(std::string_view word) {
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_animal_name(std::string_view text) {
    for (int hyphens = 0; hyphens < 3; ++hyphens) {
        const auto hyphen = text.find('-');
        if (hyphen == std::string_view::npos || !is_lower_case_word(text.substr(0, hyphen))) {
            return false;
        }
        text.remove_prefix(hyphen + 1);
    }
    return is_lower_case_word(text);
}

bool is_root_address(std::string_view text) {
    const auto key = parse_key_hash(text);
    return key && key->kind == KeyKind::tz1;
}

// Cuts the part up to the next slash off `text`.
std::string_view take_part(std::string_view& text) {
    const auto part = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

// `tail` is what follows 44h/1729h.
Result<DerivationPath> whole_path(Curve curve, std::string_view tail) {
    auto path = DerivationPath::parse(DerivationPath::root().text() + "/" + std::string(tail));
    if (path && curve == Curve::ed25519 && !path->all_hardened()) {
        return fail(Errc::bad_path, "ed25519 needs every number hardened: 0h, not 0");
    }
    return path;
}

// A path that does not begin with 44h/1729h has no text form; parse_ledger_uri never gives one.
std::string tail_of(const DerivationPath& path) {
    const auto root = DerivationPath::root().text();
    const auto text = path.text();
    return text.starts_with(root) ? text.substr(root.size()) : "/" + text;
}

}  // namespace

std::string LedgerUri::text() const {
    std::string text(kScheme);
    text += name;
    if (curve) {
        text.append("/").append(curve_name(*curve));
    }
    if (path) {
        text += tail_of(*path);
    }
    return text;
}

Result<LedgerUri> parse_ledger_uri(std::string_view text) {
    const auto whole = "'" + std::string(text) + "'";
    if (!text.starts_with(kScheme)) {
        return fail(Errc::bad_ledger_uri, whole + " does not begin with ledger://");
    }
    auto rest = text.substr(kScheme.size());
    LedgerUri uri;
    uri.name = std::string(take_part(rest));
    if (!is_animal_name(uri.name) && !is_root_address(uri.name)) {
        return fail(Errc::bad_ledger_uri, whole + ": '" + uri.name + "' names no device");
    }
    if (rest.empty()) {
        return uri;
    }
    auto after_curve = rest;
    const auto curve = parse_curve(take_part(after_curve));
    uri.curve = curve ? *curve : Curve::ed25519;
    const auto tail = curve ? after_curve : rest;
    if (tail.empty()) {
        return uri;
    }
    auto path = whole_path(*uri.curve, tail);
    if (!path) {
        return fail(Errc::bad_ledger_uri, whole + ": " + path.error().detail);
    }
    uri.path = std::move(*path);
    return uri;
}

}  // namespace ledger_bridge::apdu
