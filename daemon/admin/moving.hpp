// Export and import of watermarks: what is asked and answered, with a daemon and without.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "daemon/floor/merge.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::admin {

// A file of watermarks as it was found.
struct MarksFile {
    std::string name;
    std::string text;
    WallTime written;  // the time of marks that have none
};

//   {"command":"import","files":[{"name":"…","text":"…","written":1700000000000000}],
//    "dry_run":true,"take_back":false}
// The last two may be left out; written is in microseconds since 1970.
nlohmann::json import_request(const std::vector<MarksFile>& files, floor::MergeWish wish);

struct ImportRequest {
    floor::Interchange content;  // of all files; of a floor if all that have marks are of that one
    floor::MergeWish wish;
};

// Errors: bad_request; bad_interchange and interchange_newer, which name the file.
Result<ImportRequest> read_import(const nlohmann::json& request);

//   {"changed":true,"added":2,"raised":1,"unchanged":0,"adopted":0,"dry_run":false,
//    "without_digest":[{"key":"tz1…","chain":"NetX…","kind":"block","level":5,"round":0}]}
nlohmann::json import_result(const floor::Merge& merged, bool dry_run);
// {"marks":2,"adopted":1,"text":"…"}: the text is interchange_text().
nlohmann::json export_result(const floor::Interchange& content);

}  // namespace ledger_bridge::admin
