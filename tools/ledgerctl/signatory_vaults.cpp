#include <set>

#include <fmt/format.h>

#include "apdu/animal_names.hpp"
#include "daemon/config/options.hpp"
#include "driver/device_name.hpp"
#include "tools/ledgerctl/signatory_parts.hpp"

namespace ledger_bridge::tools::signatory {

namespace {

using apdu::DerivationPath;

constexpr std::size_t kShortId = 8;

// A vault's Ledger: as theirs names it, and as we do.
struct Ledger {
    std::string id;
    std::string device;
};

// The first four bytes of the root key's hash, as hexadecimal digits.
bool is_short_id(const std::string& id) {
    return id.size() == kShortId && from_hex(id).has_value();
}

// "m/44'/1729'/0'/0'", or without the root that every key has; every number is hardened.
Result<DerivationPath> read_path(std::string_view text) {
    text.remove_prefix(text.starts_with("m/") ? 2 : 0);
    const auto given = DerivationPath::parse(text);
    if (!given) {
        return given.error();
    }
    const auto root = DerivationPath::root();
    auto path = given;
    if (!given->text().starts_with(root.text() + "/")) {
        path = DerivationPath::parse(root.text() + "/" + given->text());
    }
    const bool whole = path && *given != root && path->all_hardened();
    return whole || !path
               ? path
               : fail(apdu::Errc::bad_path, "it needs numbers that are all hardened: 0h");
}

// "bip32-ed25519/0h/0h"
std::optional<ForeignKey> read_key(const std::string& text,
                                   const std::string& vault,
                                   const Ledger& ledger,
                                   Section& config) {
    const auto slash = text.find('/');
    const auto curve = apdu::parse_curve(text.substr(0, slash));
    const auto path = read_path(slash == std::string::npos ? "" : text.substr(slash + 1));
    if (!curve || !path) {
        const auto& error = curve ? path.error() : curve.error();
        config.refuse("keys", fmt::format("has '{}': {}", text, daemon::reason(error)));
        return std::nullopt;
    }
    const auto name = ledger.id.empty() ? "any" : apdu::name_in_words(ledger.id);
    return ForeignKey{.name = vault,
                      .uri = apdu::LedgerUri{name, *curve, *path},
                      .scheme = "ledger",
                      .device = ledger.device};
}

// Whichever way it is reached; with Signatory's "tcp" that is an emulator.
Ledger read_ledger(Section& config, ForeignSigner& signer) {
    Ledger ledger{config.text("id"), "usb"};
    const auto transport = config.text("transport");
    if (transport.starts_with("tcp://")) {
        ledger.device = transport;
        if (const auto name = driver::parse_device_name(transport); !name) {
            config.refuse("transport", daemon::reason(name.error()));
        }
    } else if (!transport.empty() && transport != "usb") {
        config.refuse("transport",
                      fmt::format("'{}' is neither usb nor tcp://host:port", transport));
    } else if (apdu::parse_ledger_uri("ledger://" + ledger.id)) {
        ledger.device = "usb:" + apdu::name_in_words(ledger.id);
    } else if (ledger.id.empty() || is_short_id(ledger.id)) {
        signer.left.push_back(
            fmt::format("{} '{}': it does not tell the Ledger's name, so the one on USB is served, "
                        "whichever it "
                        "is; for device = [\"usb:...\"] 'ledgerctl list' shows its four words",
                        config.place("id"),
                        ledger.id));
    } else {
        config.refuse("id", fmt::format("'{}' names no Ledger", ledger.id));
    }
    return ledger;
}

Ledger read_ledger_vault(const std::string& name, Section config, ForeignSigner& signer) {
    auto ledger = read_ledger(config, signer);
    const auto keys = config.texts("keys").value_or(std::vector<std::string>());
    if (keys.empty()) {
        config.refuse("keys", "names no key");
    }
    for (const auto& text : keys) {
        if (text.starts_with("bls")) {
            signer.left.push_back(
                fmt::format("{} '{}': tz4 keys are not served", config.place("keys"), text));
        } else if (auto key = read_key(text, name, ledger, config)) {
            signer.keys.push_back(*std::move(key));
        }
    }
    if (config.has("close_after")) {
        signer.left.push_back(config.place("close_after") + ": the device stays open here");
    }
    name_unread(config, signer);
    return ledger;
}

}  // namespace

void read_vaults(Section vaults, ForeignSigner& signer) {
    std::set<std::string> ids;
    bool all_named = true;
    for (const auto& name : vaults.names()) {
        auto vault = vaults.section(name);
        const auto driver = vault.text("driver");
        if (driver.empty()) {
            vault.refuse("driver", "is missing");
        } else if (driver != "ledger") {
            signer.keys.push_back({.name = name, .scheme = driver});
        } else {
            const auto ledger = read_ledger_vault(name, vault.section("config"), signer);
            ids.insert(ledger.id + " " + ledger.device);
            all_named = all_named && ledger.device != "usb";
            name_unread(vault, signer);
        }
    }
    if (ids.size() > 1 && !all_named) {
        vaults.refuse("",
                      "have several Ledgers, and not all by their four words, so they cannot be "
                      "told apart; put the words that 'ledgerctl list' shows into a copy of it as "
                      "their id");
    }
}

}  // namespace ledger_bridge::tools::signatory
