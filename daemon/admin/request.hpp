// One request of an operator's tool, from JSON to values that can be trusted.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "daemon/admin/setup_plan.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::admin {

// {"command":"setup","device":"tcp://…","curve":"ed25519","path":"44h/1729h/0h/0h",
//  "chain":"mainnet","level":5,"test_level":0,"head":{"level":4,"chain":"NetX…","age":6},
//  "force_lower":true,"key":"tz1…","operation":"03…"}; all but the command may be left out.
struct AdminRequest {
    std::string command;
    std::optional<std::string> device;
    std::optional<apdu::Curve> curve;
    std::optional<apdu::DerivationPath> path;
    std::optional<apdu::ChainId> chain;
    MarkWish marks;
    std::optional<apdu::KeyHash> key;  // that must be the authorised one
    std::optional<Bytes> operation;    // to be signed
};

// Errors: bad_request (names the field), level_out_of_range, and those of the values' own parsers.
Result<AdminRequest> read_request(const nlohmann::json& request);

// The other direction; leaves out what is not there.
nlohmann::json request_json(const AdminRequest& request);

}  // namespace ledger_bridge::admin
