// What octez' programs know from where they are run: who runs them, and the names of their keys.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "apdu/ledger_uri.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// $USER, or "user". Reads the environment: call it before any thread is started.
std::string octez_user();

// `given`, or octez-signer's own: $HOME/.tezos-signer. Empty without a home. Reads the environment
// as above.
std::filesystem::path octez_base_dir(const std::optional<std::string>& given);

// The key on a Ledger that has this name in secret_keys of `base`, with the four words of its
// device. The files are only read.
// Errors: file_unusable; unknown_alias, which says where it was looked for and why it is none.
Result<apdu::LedgerUri> octez_alias(const std::filesystem::path& base, const std::string& alias);

}  // namespace ledger_bridge::tools
