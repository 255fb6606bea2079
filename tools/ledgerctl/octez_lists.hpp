// The JSON lists in which octez keeps its keys: [{"name":"…","value":…},…].
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "driver/base/result.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"

namespace ledger_bridge::tools {

using NamedValues = std::map<std::string, nlohmann::json>;

// Errors: file_unusable; bad_wallet, also when a name stands in it twice.
Result<NamedValues> read_octez_list(const std::filesystem::path& file);

// One entry of secret_keys, without its address. `file` is for the error: bad_wallet, when the
// value is no URI, or one of a Ledger that is not understood.
Result<ForeignKey> read_octez_key(const std::filesystem::path& file,
                                  const std::string& name,
                                  const nlohmann::json& value);

}  // namespace ledger_bridge::tools
