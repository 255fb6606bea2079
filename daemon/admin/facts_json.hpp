// The JSON shapes in which facts about a device are told, the same from daemon and tools.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "apdu/instructions.hpp"
#include "daemon/floor/comparison.hpp"

namespace ledger_bridge::admin {

// {"level":5,"round":0}
nlohmann::json mark_json(const apdu::Mark& mark);
// {"chain":"NetX…","host":{"level","round"},"device":{…},"mark":"main"|"test","adopted":5|null,
//  "ahead":"host"|"device"|"neither"}
nlohmann::json comparison_json(const floor::MarkComparison& comparison);
// {"chains":"mainnet alone","level":5,"origin":"the main mark (5,0) of …"}
nlohmann::json adopted_json(const floor::AdoptedLevel& adopted);
// {"path":"44h/1729h/0h/0h","curve":"ed25519"}
nlohmann::json key_json(const apdu::AuthorizedKey& key);
// The same with "address" and "public_key".
nlohmann::json key_json(const apdu::AuthorizedKey& key, const apdu::PublicKey& public_key);
// "NetX…", or "any".
std::string chain_text(apdu::ChainId chain);
// "ledger://<name>/<curve>/0h/0h"; empty for a path that has no such form.
std::string ledger_uri_text(const std::string& name, const apdu::AuthorizedKey& key);

}  // namespace ledger_bridge::admin
