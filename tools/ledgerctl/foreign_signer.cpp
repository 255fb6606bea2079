#include "tools/ledgerctl/foreign_signer.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace ledger_bridge::tools {

namespace {

constexpr char kDelete = '\x7f';

// JSON's escapes are TOML's too, but JSON lets one control character stand.
std::string quoted(const std::string& text) {
    auto out = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    for (auto at = out.find(kDelete); at != std::string::npos; at = out.find(kDelete, at)) {
        out.replace(at, 1, "\\u007f");
    }
    return out;
}

std::string key_line(const ForeignKey& key) {
    if (!key.uri) {
        return fmt::format("left there  {} ({}: is not on a Ledger)", key.name, key.scheme);
    }
    return fmt::format("key         {} {} {}",
                       key.name,
                       key.address.empty() ? "(address unknown)" : key.address,
                       key.uri->text());
}

std::set<std::string> ledgers(const ForeignSigner& signer) {
    std::set<std::string> names;
    for (const auto& key : signer.keys) {
        if (key.uri) {
            names.insert(quoted(key.device));
        }
    }
    return names;
}

std::string quoted_list(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    std::transform(texts.begin(), texts.end(), std::back_inserter(all), quoted);
    return fmt::format("[{}]", fmt::join(all, ", "));
}

bool has(const std::vector<std::string>& kinds, std::string_view kind) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// The lines of a table that say what may be signed.
std::vector<std::string> kinds_lines(const ForeignPolicy& policy) {
    if (policy.kinds.empty()) {
        return {"kinds = [\"none\"]"};
    }
    std::vector<std::string> lines{"kinds = " + quoted_list(policy.kinds)};
    if (has(policy.kinds, "attestation") && !policy.dal) {
        lines.emplace_back("dal = false");
    }
    return lines;
}

std::vector<std::string> guarded_lines(const ForeignPolicy& policy) {
    std::vector<std::string> lines{
        "# Nothing is signed yet, because this guarded it there and cannot here:",
        "# " + quoted_list(policy.guards),
        "# What it let through at most:"};
    for (const auto& line : kinds_lines(policy)) {
        lines.push_back("# " + line);
    }
    lines.push_back(kinds_lines({.key = policy.key}).front());
    return lines;
}

std::string policy_text(const ForeignPolicy& policy) {
    const bool guarded = !policy.guards.empty() && !policy.kinds.empty();
    auto lines = guarded ? guarded_lines(policy) : kinds_lines(policy);
    if (policy.clients && !policy.clients->empty()) {
        lines.push_back("clients = " + quoted_list(*policy.clients));
    }
    return fmt::format(
        "\n[[policy]]\nkey = {}\n{}\n", quoted(policy.key.text()), fmt::join(lines, "\n"));
}

// What it serves no key of its own with, we do not either.
std::string policies_text(const ForeignSigner& signer) {
    std::string text;
    for (const auto& policy : signer.policies) {
        text += policy_text(policy);
    }
    return text.empty() ? text : text + "\n[[policy]]\nkey = \"*\"\nkinds = [\"none\"]\n";
}

bool signs_reveals(const ForeignSigner& signer) {
    return std::any_of(signer.policies.begin(), signer.policies.end(), [](const auto& policy) {
        return has(policy.kinds, "reveal");
    });
}

std::string policy_line(const ForeignPolicy& policy) {
    const bool attests = has(policy.kinds, "attestation");
    auto line = fmt::format("policy      {} {}{}",
                            policy.key.text(),
                            fmt::join(policy.kinds, ", "),
                            attests && !policy.dal ? ", no DAL content" : "");
    if (policy.kinds.empty()) {
        return line + "nothing";
    }
    if (policy.clients) {
        line += fmt::format(" for {}", fmt::join(*policy.clients, ", "));
    }
    return policy.guards.empty()
               ? line
               : fmt::format(
                     "{}: nothing until you allow it in the configuration, because {} "
                     "guarded it there",
                     line,
                     fmt::join(policy.guards, ", "));
}

}  // namespace

std::string configuration_text(const ForeignSigner& signer, const Places& places) {
    const auto devices =
        places.device ? std::set<std::string>{quoted(*places.device)} : ledgers(signer);
    std::string text = "# Taken over from another signer by ledgerctl import.\n";
    for (const auto& key : signer.keys) {
        text += key.uri ? "# " + quoted(key_line(key)) + "\n" : "";
    }
    text += fmt::format("device = [{}]\n", fmt::join(devices, ", "));
    text += signer.http ? fmt::format("http = {}\n", quoted(*signer.http)) : "";
    if (places.state_dir) {
        text += fmt::format("state-dir = {}\n", quoted(*places.state_dir));
    }
    if (signer.authorized_keys) {
        text += fmt::format("authorized-keys = {}\nrequire-authentication = true\n",
                            quoted(signer.authorized_keys->string()));
    }
    text += signs_reveals(signer) ? "magic-bytes = [0x11, 0x12, 0x13, 0x03]\n" : "";
    return text + policies_text(signer);
}

std::string clients_text(const ForeignSigner& signer) {
    std::string text = "# Taken over from another signer by ledgerctl import.\n";
    for (const auto& key : signer.clients) {
        text += key.text() + "\n";
    }
    return text;
}

std::vector<std::string> foreign_lines(const ForeignSigner& signer) {
    std::vector<std::string> lines;
    for (const auto& key : signer.keys) {
        lines.push_back(key_line(key));
    }
    for (const auto& file : signer.marks) {
        lines.push_back("watermarks  " + file.name);
    }
    if (signer.marks.empty()) {
        lines.push_back("watermarks  " + signer.no_marks);
    }
    if (signer.authorized_keys) {
        lines.push_back(
            fmt::format("clients     {}: require-authentication is switched on, and who "
                        "shows none of its {} keys gets no signature",
                        signer.authorized_keys->string(),
                        signer.clients.size()));
    }
    for (const auto& policy : signer.policies) {
        lines.push_back(policy_line(policy));
    }
    for (const auto& left : signer.left) {
        lines.push_back("not taken   " + left);
    }
    return lines;
}

}  // namespace ledger_bridge::tools
