// Who may ask for signatures: the owners of the keys in a file.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::daemon {

// What came with a request: nothing, a signature, or what was wrong with it.
using Credential = std::optional<Result<apdu::Signature>>;

// What a client signs to be allowed to have `message` signed with `key`: 04 01, the key hash with
// its tag, the message. Source: Octez remote-signer protocol, authentication (octez-v25.1).
Bytes signed_request(const apdu::KeyHash& key, ByteView message);

// Main thread alone. A signed request may be replayed: the same bytes get the same signature.
class Authentication {
public:
    // Errors: bad_authorized_keys, with the file and the reason.
    static Result<Authentication> open(std::filesystem::path file);

    // The authorized key that the request was signed with.
    // Errors: authentication_missing, authentication_invalid.
    [[nodiscard]] Result<apdu::KeyHash> check(const apdu::KeyHash& key,
                                              ByteView message,
                                              const Credential& credential);
    [[nodiscard]] std::vector<apdu::KeyHash> key_hashes();

private:
    // What tells that the file is another, or has other content. Times and size alone do not: who
    // puts an older file in its place keeps them.
    struct Version {
        dev_t device = 0;
        ino_t inode = 0;
        off_t size = -1;
        std::int64_t modified = 0;  // of its content, in nanoseconds
        std::int64_t changed = 0;   // of its inode, which nobody can set
        bool operator==(const Version&) const = default;
    };

    explicit Authentication(std::filesystem::path file) : file_(std::move(file)) {}

    // Reads the file again when it has changed. One that cannot be used changes nothing.
    void refresh();
    [[nodiscard]] Result<std::vector<apdu::PublicKey>> read() const;
    [[nodiscard]] Version version() const;

    std::filesystem::path file_;
    Version read_version_;
    std::vector<apdu::PublicKey> keys_;
};

}  // namespace ledger_bridge::daemon
