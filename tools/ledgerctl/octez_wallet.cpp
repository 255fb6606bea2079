#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apdu/keys.hpp"
#include "daemon/authorized_keys.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/common/whole_file.hpp"
#include "tools/ledgerctl/foreign_files.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"
#include "tools/ledgerctl/octez_lists.hpp"

namespace ledger_bridge::tools {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ByName = NamedValues;

constexpr std::array kMarks{"block_high_watermarks",
                            "preattestation_high_watermarks",
                            "attestation_high_watermarks",
                            "preendorsement_high_watermarks",
                            "endorsement_high_watermarks"};

Result<ByName> read_list_if_there(const fs::path& file) {
    return absent(file) ? Result<ByName>(ByName{}) : read_octez_list(file);
}

std::string text_of(const ByName& entries, const std::string& name) {
    const auto found = entries.find(name);
    const auto* text =
        found == entries.end() ? nullptr : found->second.get_ptr<const std::string*>();
    return text == nullptr ? std::string{} : *text;
}

// "unencrypted:edpk…", or {"locator":"…","key":"edpk…"}.
std::string public_key_of(const ByName& entries, const std::string& name) {
    const auto found = entries.find(name);
    if (found == entries.end()) {
        return {};
    }
    const auto key = text_in(found->second, "key");
    const auto text = text_of(entries, name);
    return key.empty() ? text.substr(text.rfind(':') + 1) : key;
}

// The two lists say the same of one name, or nothing is taken over.
Result<std::string> address_of(const std::string& name,
                               const ByName& hashes,
                               const ByName& public_keys) {
    const auto address = text_of(hashes, name);
    const auto key_text = public_key_of(public_keys, name);
    const auto key = apdu::parse_public_key(key_text);
    if (key_text.empty() || key_text.find('/') != std::string::npos) {  // a locator alone
        return address;
    }
    if (!key) {
        return fail(Errc::bad_wallet,
                    fmt::format("public_keys: '{}': {}", name, key.error().code.message()));
    }
    if (!address.empty() && key->hash().text() != address) {
        return fail(Errc::bad_wallet,
                    fmt::format("public_keys has {} for '{}', and public_key_hashs has {}",
                                key->hash().text(),
                                name,
                                address));
    }
    return key->hash().text();
}

Result<std::vector<ForeignKey>> read_keys(const fs::path& base) {
    const auto secrets = read_octez_list(base / "secret_keys");
    const auto hashes = read_list_if_there(base / "public_key_hashs");
    const auto public_keys = read_list_if_there(base / "public_keys");
    for (const auto* list : {&secrets, &hashes, &public_keys}) {
        if (!*list) {
            return list->error();
        }
    }
    std::vector<ForeignKey> keys;
    for (const auto& [name, value] : *secrets) {
        auto key = read_octez_key(base / "secret_keys", name, value);
        if (!key) {
            return key.error();
        }
        if (key->uri) {
            const auto address = address_of(name, *hashes, *public_keys);
            if (!address) {
                return address.error();
            }
            key->address = *address;
        }
        keys.push_back(std::move(*key));
    }
    return keys;
}

Result<std::vector<admin::MarksFile>> read_marks(const fs::path& base) {
    std::vector<fs::path> files;
    for (const auto* name : kMarks) {
        if (!absent(base / name)) {
            files.push_back(base / name);
        }
    }
    return read_marks_files(files);
}

// An empty list let nobody ask; to leave it out would let everybody.
Result<std::vector<apdu::PublicKey>> read_clients(const fs::path& base) {
    const auto file = base / "authorized_keys";
    if (absent(file)) {
        return std::vector<apdu::PublicKey>{};
    }
    const auto whole = read_whole_file(file);
    if (!whole) {
        return whole.error();
    }
    auto keys = daemon::parse_authorized_keys(whole->text);
    if (!keys) {
        return Error{keys.error().code, file.string() + ": " + keys.error().detail};
    }
    return keys;
}

}  // namespace

Result<ForeignSigner> read_octez(const std::filesystem::path& base) {
    auto keys = read_keys(base);
    if (!keys) {
        return keys.error();
    }
    const bool any = std::any_of(
        keys->begin(), keys->end(), [](const ForeignKey& key) { return key.uri.has_value(); });
    if (!any) {
        return fail(Errc::bad_wallet,
                    (base / "secret_keys").string() + ": it has no ledger:// key");
    }
    auto marks = read_marks(base);
    if (!marks) {
        return marks.error();
    }
    auto clients = read_clients(base);
    if (!clients) {
        return clients.error();
    }
    return ForeignSigner{
        .keys = *std::move(keys), .marks = *std::move(marks), .clients = *std::move(clients)};
}

}  // namespace ledger_bridge::tools
