// Another signer's installation, as far as it is taken over. Theirs is only read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apdu/keys.hpp"
#include "apdu/ledger_uri.hpp"
#include "daemon/admin/moving.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// A key by its name there. What is no Ledger's is left to the other signer.
struct ForeignKey {
    std::string name;
    std::string address = {};  // tz1…; empty when the files do not say it
    std::optional<apdu::LedgerUri> uri = std::nullopt;  // none: not on a Ledger
    std::string scheme;       // "ledger", "unencrypted", …; never the secret behind it
    std::string device = {};  // its Ledger in our words: "usb:four-words", "usb", "tcp://…"
};

// What it may sign with a key, as far as we sign it; never more than it may.
struct ForeignPolicy {
    apdu::KeyHash key;
    std::vector<std::string> kinds = {};  // in our words; none: nothing
    bool dal = false;                     // attestations with DAL content too
    std::optional<std::vector<std::string>> clients = std::nullopt;  // addresses; none: all
    // What else it asks before it signs and we cannot ask: so nothing is signed here, until a
    // person decides.
    std::vector<std::string> guards = {};
};

struct ForeignSigner {
    std::vector<ForeignKey> keys = {};         // at least one is on a Ledger
    std::vector<admin::MarksFile> marks = {};  // its files of watermarks that are there
    std::string no_marks = "none: it kept none, or they are elsewhere";  // why, without a file
    std::vector<apdu::PublicKey> clients = {};  // who may ask; none: everybody
    // Where the clients' keys go: theirs is often closed to the daemon's user.
    std::optional<std::filesystem::path> authorized_keys = std::nullopt;
    std::optional<std::string> http = std::nullopt;  // where it answers
    // Of every key that it serves; nothing is signed with others. Empty: it makes no difference.
    std::vector<ForeignPolicy> policies = {};
    std::vector<std::string> left = {};  // what is not taken over, a line each
};

// octez-signer's base directory: secret_keys, public_keys, public_key_hashs, authorized_keys, and
// {block,preattestation,attestation}_high_watermarks with the names they had before v23. Only
// secret_keys must be there.
// Errors: file_unusable; bad_wallet, which names the file and what is wrong in it;
// bad_authorized_keys.
Result<ForeignSigner> read_octez(const std::filesystem::path& base);

// Signatory's configuration file, and its watermarks: those in `marks`, or those in its base_dir.
// Errors: file_unusable; bad_wallet, which names the file, the place in it and what is wrong.
Result<ForeignSigner> read_signatory(const std::filesystem::path& config,
                                     const std::optional<std::filesystem::path>& marks);

// What stands in the configuration beside what the other signer says.
struct Places {
    std::optional<std::string> device;     // in the place of the Ledgers that the keys' URIs name
    std::optional<std::string> state_dir;  // where the watermarks went, unless that is the default
};

// What ledger-bridged needs to serve those keys, as its configuration file.
std::string configuration_text(const ForeignSigner& signer, const Places& places);

// The clients as a file of public keys.
std::string clients_text(const ForeignSigner& signer);

// A line for each key, each file of watermarks, the clients, each policy, and what is left.
std::vector<std::string> foreign_lines(const ForeignSigner& signer);

}  // namespace ledger_bridge::tools
