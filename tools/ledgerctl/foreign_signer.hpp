// Another signer's installation, as far as it is taken over. Theirs is only read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apdu/ledger_uri.hpp"
#include "daemon/admin/moving.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// A key by its name there. What is no Ledger's is left to the other signer.
struct ForeignKey {
    std::string name;
    std::string address;                 // tz1…; empty when the files do not say it
    std::optional<apdu::LedgerUri> uri;  // none: not on a Ledger
    std::string scheme;                  // "ledger", "unencrypted", …; never the secret behind it
};

struct ForeignSigner {
    std::vector<ForeignKey> keys;                          // at least one is on a Ledger
    std::vector<admin::MarksFile> marks;                   // its files of watermarks that are there
    std::optional<std::filesystem::path> authorized_keys;  // whose owners may ask; has a key
};

// octez-signer's base directory: secret_keys, public_keys, public_key_hashs, authorized_keys, and
// {block,preattestation,attestation}_high_watermarks with the names they had before v23. Only
// secret_keys must be there.
// Errors: file_unusable; bad_wallet, which names the file and what is wrong in it;
// bad_authorized_keys.
Result<ForeignSigner> read_octez(const std::filesystem::path& base);

// What stands in the configuration beside what the other signer says.
struct Places {
    std::optional<std::string> device;     // in the place of the Ledgers that the keys' URIs name
    std::optional<std::string> state_dir;  // where the watermarks went, unless that is the default
};

// What ledger-bridged needs to serve those keys, as its configuration file.
std::string configuration_text(const ForeignSigner& signer, const Places& places);

// A line for each key, each file of watermarks, and the clients.
std::vector<std::string> foreign_lines(const ForeignSigner& signer);

}  // namespace ledger_bridge::tools
