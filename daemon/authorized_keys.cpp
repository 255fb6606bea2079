#include "daemon/authorized_keys.hpp"

#include <sstream>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

using Keys = std::vector<apdu::PublicKey>;

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = std::min(text.find_first_not_of(kBlanks), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

Result<void> add(Keys& keys, std::string_view text, const std::string& place) {
    const auto key = apdu::parse_public_key(text);
    if (!key) {
        return fail(Errc::bad_authorized_keys,
                    fmt::format("{}: {}", place, key.error().code.message()));
    }
    keys.push_back(*key);
    return {};
}

Result<Keys> parse_lines(std::string_view text) {
    Keys keys;
    std::istringstream lines{std::string(text)};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const auto key = trimmed(std::string_view(line).substr(0, line.find('#')));
        if (key.empty()) {
            continue;
        }
        if (const auto added = add(keys, key, fmt::format("line {}", number)); !added) {
            return added.error();
        }
    }
    return keys;
}

Result<Keys> parse_wallet(std::string_view text) {
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array()) {
        return fail(Errc::bad_authorized_keys, "it is no JSON list");
    }
    Keys keys;
    for (const auto& entry : list) {
        const auto place = fmt::format("entry {}", keys.size() + 1);
        const auto value = entry.is_object() ? entry.find("value") : entry.end();
        if (!entry.is_object() || value == entry.end() || !value->is_string()) {
            return fail(Errc::bad_authorized_keys, place + " has no value");
        }
        if (const auto added = add(keys, value->get<std::string>(), place); !added) {
            return added.error();
        }
    }
    return keys;
}

// Perhaps none.
Result<Keys> parse(std::string_view text) {
    const auto content = trimmed(text);
    return content.starts_with('[') ? parse_wallet(content) : parse_lines(text);
}

}  // namespace

bool names_nobody(std::string_view text) {
    const auto keys = parse(text);
    return keys && keys->empty() && !trimmed(text).empty();
}

Result<std::vector<apdu::PublicKey>> parse_authorized_keys(std::string_view text) {
    auto keys = parse(text);
    if (keys && keys->empty()) {
        return fail(Errc::bad_authorized_keys, "it has no key");
    }
    return keys;
}

}  // namespace ledger_bridge::daemon
