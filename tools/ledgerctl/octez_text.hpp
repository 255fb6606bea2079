// What octez-signer prints about a Ledger, for scripts that read it, from the JSON of our commands.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apdu/ledger_uri.hpp"

namespace ledger_bridge::tools::octez {

using Lines = std::vector<std::string>;

// One device of `list`, which has said its name. The keys that it offers are named after the user.
Lines connected_lines(const nlohmann::json& device, const std::string& user);
// One device of `list`, and the result of `pubkey` where the URI names a key.
Lines show_lines(const apdu::LedgerUri& uri,
                 const nlohmann::json& device,
                 const nlohmann::json& key);
// One device of `status`, with marks.
Lines marks_lines(const apdu::LedgerUri& uri, const nlohmann::json& device);
// One device of `status`.
Lines authorized_lines(const apdu::LedgerUri& uri, const nlohmann::json& device);
// A plan of `setup`, and what became of it.
Lines setup_lines(const nlohmann::json& plan);
Lines set_up_lines(const nlohmann::json& result);
// The result of `reset`.
Lines reset_lines(const apdu::LedgerUri& uri, const nlohmann::json& result);

}  // namespace ledger_bridge::tools::octez
