// Which machine this is, to notice state that was copied from another one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ledger_bridge::floor {

// BLAKE2b-256 of "ledger-bridge:" and the machine's id, in hex: the id itself is confidential.
// Nothing where the machine has none, as in many containers. Source: machine-id(5).
std::optional<std::string> machine_identity(const std::filesystem::path& file = "/etc/machine-id");

}  // namespace ledger_bridge::floor
