#include "tools/ledgerctl/foreign_signer.hpp"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace ledger_bridge::tools {

namespace {

// JSON's escapes are TOML's too.
std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
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
            names.insert(quoted("usb:" + key.uri->name));
        }
    }
    return names;
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
    if (places.state_dir) {
        text += fmt::format("state-dir = {}\n", quoted(*places.state_dir));
    }
    if (signer.authorized_keys) {
        text += fmt::format("authorized-keys = {}\nrequire-authentication = true\n",
                            quoted(signer.authorized_keys->string()));
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
        lines.emplace_back("watermarks  none: it kept none, or they are elsewhere");
    }
    if (signer.authorized_keys) {
        lines.push_back("clients     " + signer.authorized_keys->string());
    }
    return lines;
}

}  // namespace ledger_bridge::tools
