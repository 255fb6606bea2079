// explain: what an error means and what to do, by whatever name it was met under.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver/base/result.hpp"
#include "tools/ledgerctl/error_tables.hpp"

namespace ledger_bridge::tools {

// The errors that `words` name:
//
//   nothing            all of them
//   store_damaged      the id that logs and the admin socket have
//   failure            the id of every error in an HTTP answer: all that HTTP clients can see
//   6985, 0x6985       a status word of the device
//   409                an HTTP status
//   exit 3             an exit code of the programs
//
// Error: unknown_error, with what is near it.
Result<std::vector<KnownError>> errors_named(const std::vector<std::string>& words);

// Up to three errors in full, more of them a line each.
std::vector<std::string> explain_lines(const std::vector<KnownError>& errors);

// {"errors":[{"id","from","sentence","advice","exit_code":3,"http_status":503|null,
//             "status_word":"6985"|null}]}
nlohmann::json explain_json(const std::vector<KnownError>& errors);

// The whole command; returns the exit code, having printed everything.
int explain(const std::vector<std::string>& words, bool as_json);

}  // namespace ledger_bridge::tools
