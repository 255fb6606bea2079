// What `list` and `status` tell about one device, and the one command that would help.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apdu/instructions.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::admin {

struct DeviceStatus {
    std::string device;        // as configured: "tcp://127.0.0.1:9999"
    std::string name;          // the four words of its seed; empty when unknown
    std::string state;         // a state of the device session: "ready", "locked", …
    std::string reason;        // why it is not ready; empty when it is
    std::string warning = {};  // what disturbs it; empty when nothing does
    std::optional<apdu::AppInfo> app;
    std::optional<apdu::AuthorizedKey> authorized;
    std::optional<apdu::PublicKey> public_key;  // of the authorised key
    std::optional<apdu::DeviceMarks> marks;
    std::vector<floor::StoredMark> host_marks;  // of any key; only this one's are told
    std::vector<floor::AdoptedLevel> adopted;   // the same
    std::string alarm;                          // its marks moved by themselves; empty when never
};

// {"device","name","state","reason","app":{"name","version"}|null,
//  "authorized":{"path","curve","address","public_key"}|null,"chain":"NetX…"|null,
//  "device_marks":{"main":{"level","round"},"test":{…}}|null,
//  "host_marks":[{"chain","kind","level","round"}],"suggestion":"setup-ledger"}
// and, where there are any, "comparison":[comparison_json], "adopted":[adopted_json], "alarm", and
// "warning" where something disturbs it.
nlohmann::json device_status_json(const DeviceStatus& status);

// {"devices":[…],"store":"ok","role":"single"}
nlohmann::json status_json(const std::vector<DeviceStatus>& devices, const std::string& store);

// One command that would help, or nothing: it is set up and not behind what was signed.
std::string suggestion(const DeviceStatus& status);

}  // namespace ledger_bridge::admin
