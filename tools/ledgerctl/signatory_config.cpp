#include <algorithm>

#include <fmt/format.h>

#include "daemon/config/listen_address.hpp"
#include "daemon/config/options.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/whole_file.hpp"
#include "tools/ledgerctl/signatory_parts.hpp"
#include "tools/ledgerctl/yaml_text.hpp"

namespace ledger_bridge::tools {

namespace signatory {

namespace {

using nlohmann::json;
using Keys = std::vector<apdu::PublicKey>;

constexpr std::string_view kDefaultAddress = ":6732";
constexpr std::string_view kLoopback = "127.0.0.1";

// A key, or a list of such values; each key once.
// NOLINTNEXTLINE(misc-no-recursion): the reader of the text limits the depth
void add_clients(const json& value, Section& section, Keys& keys, ForeignSigner& signer) {
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr && !value.is_array()) {
        section.refuse("authorized_keys", "has something that is no public key");
    } else if (text == nullptr) {
        for (const auto& one : value) {
            add_clients(one, section, keys, signer);
        }
    } else if (text->starts_with("BLpk")) {
        signer.left.push_back(fmt::format(
            "{} {}: tz4 keys are not verified here", section.place("authorized_keys"), *text));
    } else if (const auto key = apdu::parse_public_key(*text)) {
        std::erase(keys, *key);
        keys.push_back(*key);
    } else {
        section.refuse("authorized_keys",
                       fmt::format("has '{}': {}", *text, daemon::reason(key.error())));
    }
}

// Beyond this machine it answers those alone who show a key.
void read_address(Section& server, ForeignSigner& signer) {
    auto text = server.text("address");
    text = text.empty() ? std::string(kDefaultAddress) : text;
    auto address = daemon::parse_listen_address(text.starts_with(':') ? "0.0.0.0" + text : text);
    if (!address) {
        server.refuse("address", fmt::format("'{}': {}", text, daemon::reason(address.error())));
        return;
    }
    if (signer.clients.empty() && !address->loopback()) {
        address->host = kLoopback;
        signer.left.push_back(fmt::format(
            "{} '{}': since nobody shows a key, it becomes {}; http and allow-remote open it again",
            server.place("address"),
            text,
            address->text()));
    }
    signer.http = address->text();
}

}  // namespace

std::optional<Keys> read_clients(Section& section, ForeignSigner& signer) {
    const auto& value = section.any("authorized_keys");
    if (value.is_null()) {
        return std::nullopt;
    }
    Keys keys;
    add_clients(value, section, keys, signer);
    return keys;
}

std::vector<std::string> read_server(Section server, ForeignSigner& signer) {
    const auto clients = read_clients(server, signer);
    signer.clients = clients.value_or(Keys());
    if (clients && clients->empty()) {
        server.refuse("authorized_keys", "has no key that we verify, so nobody could ask");
    }
    read_address(server, signer);
    if (server.has("utility_address")) {
        signer.left.push_back(server.place("utility_address") +
                              ": metrics and health are where the signatures are");
    }
    return name_unread(server, signer);
}

std::vector<std::string> name_unread(const Section& section, ForeignSigner& signer) {
    auto places = section.unread();
    for (const auto& place : places) {
        signer.left.push_back(place + ": it has no counterpart here");
    }
    return places;
}

}  // namespace signatory

namespace {

bool on_a_ledger(const ForeignKey& key) {
    return key.uri.has_value();
}

Result<ForeignSigner> read_config(const nlohmann::json& content,
                                  const std::optional<std::filesystem::path>& marks) {
    Findings findings;
    ForeignSigner signer;
    Section root(content, "", findings);
    signatory::read_vaults(root.section("vaults"), signer);
    auto guards = signatory::read_server(root.section("server"), signer);
    const auto tezos = root.section("tezos");
    const auto done = signatory::read_marks(root, marks, signer);
    const auto others = signatory::name_unread(root, signer);
    guards.insert(guards.end(), others.begin(), others.end());
    signatory::read_policies(tezos, guards, signer);
    if (std::none_of(signer.keys.begin(), signer.keys.end(), on_a_ledger)) {
        findings.refuse("vaults", "have no key on a Ledger");
    }
    if (findings.error()) {
        return *findings.error();
    }
    return done ? Result<ForeignSigner>(std::move(signer)) : done.error();
}

}  // namespace

Result<ForeignSigner> read_signatory(const std::filesystem::path& config,
                                     const std::optional<std::filesystem::path>& marks) {
    const auto whole = read_whole_file(config);
    if (!whole) {
        return whole.error();
    }
    const auto content = parse_yaml(whole->text);
    auto signer = content ? read_config(*content, marks) : content.error();
    if (!signer && signer.error().code == make_error_code(Errc::bad_wallet)) {
        return fail(Errc::bad_wallet, config.string() + ": " + signer.error().detail);
    }
    return signer;
}

}  // namespace ledger_bridge::tools
