// What `list` and `status` tell about one device, and the one command that would help.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apdu/instructions.hpp"
#include "daemon/floor/watermark_store.hpp"
#include "daemon/usb/device_state.hpp"
#include "driver/enumerate.hpp"

namespace ledger_bridge::admin {

struct DeviceStatus {
    bool by_tool = false;  // looked at without a daemon, with the rights of whoever asks
    std::string device;    // what --device calls it: "tcp://127.0.0.1:9999"
    std::optional<driver::UsbDevice> usb;  // where it is plugged in, when that is known
    std::string name;                      // the four words of its seed; empty when unknown
    daemon::SessionState state = daemon::SessionState::absent;
    std::string reason;   // why it is not ready; empty when it is
    std::string warning;  // what disturbs it; empty when nothing does
    std::optional<apdu::AppInfo> app;
    std::string git;  // the app's build; empty when it does not tell
    std::optional<apdu::AuthorizedKey> authorized;
    std::optional<apdu::PublicKey> public_key;  // of the authorised key
    std::optional<apdu::DeviceMarks> marks;
    std::vector<floor::StoredMark> host_marks;  // of any key; only this one's are told
    std::vector<floor::AdoptedLevel> adopted;   // the same
    std::string alarm;                          // its marks moved by themselves; empty when never
    std::vector<std::string> policy;            // of its key: a text for each table
};

// {"device","model":"Nano S Plus"|null,"path":"1-1.2"|null,"node":"/dev/hidraw0"|null,
//  "name","state","reason","app":{"name","version","git":"v2.5.1-0-g50ec8cfc"}|null,
//  "authorized":{"path","curve","address","public_key"}|null,"chain":"NetX…"|null,
//  "device_marks":{"main":{"level","round"},"test":{…}}|null,
//  "host_marks":[{"chain","kind","level","round"}],"suggestion":"setup-ledger"}
// without "git" when the app does not tell its build; and, where there are any,
// "comparison":[comparison_json], "adopted":[adopted_json], "alarm", "policy":["attestation on
// mainnet for tz1…"], and "warning" where something disturbs it.
nlohmann::json device_status_json(const DeviceStatus& status);

// {"devices":[…],"store":"ok","role":"single"}; where there are several devices, a suggested
// command names the one that it is for.
nlohmann::json status_json(const std::vector<DeviceStatus>& devices,
                           const std::string& store,
                           bool handed_over = false);

// One command that would help, or nothing: it is set up and not behind what was signed. Where only
// a person at the device can help, the command is the one that looks again.
std::string suggestion(const DeviceStatus& status);

}  // namespace ledger_bridge::admin
