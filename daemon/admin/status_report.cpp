#include "daemon/admin/status_report.hpp"

#include <algorithm>

#include "daemon/admin/coverage.hpp"
#include "daemon/admin/facts_json.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;

bool of_this_key(const DeviceStatus& status, const floor::StoredMark& mark) {
    return status.public_key && mark.key.key == status.public_key->hash();
}

json host_marks_json(const DeviceStatus& status) {
    auto marks = json::array();
    for (const auto& mark : status.host_marks) {
        if (of_this_key(status, mark)) {
            marks.push_back({{"chain", chain_text(mark.key.chain)},
                             {"kind", floor::kind_name(mark.key.kind)},
                             {"level", mark.mark.position.level.value},
                             {"round", mark.mark.position.round.value}});
        }
    }
    return marks;
}

// A spare, a device that was reset, or one that lost its mark in a power cut.
bool device_behind(const DeviceStatus& status) {
    return std::any_of(
        status.host_marks.begin(), status.host_marks.end(), [&status](const auto& mark) {
            return of_this_key(status, mark) &&
                   main_mark_covers(status.marks->chain, mark.key.chain) &&
                   mark.mark.position.level > status.marks->main.level;
        });
}

bool signs_nothing_more(const apdu::DeviceMarks& marks) {
    return marks.main.level.value + 1 >= apdu::Level::kEnd.value ||
           marks.main.level >= apdu::Level::kEnd;
}

template <class Value>
json or_null(const std::optional<Value>& value, json (*render)(const Value&)) {
    return value ? render(*value) : json(nullptr);
}

json app_json(const apdu::AppInfo& app) {
    return {{"name", app.name}, {"version", app.version}};
}

json marks_json(const apdu::DeviceMarks& marks) {
    return {{"main", mark_json(marks.main)}, {"test", mark_json(marks.test)}};
}

}  // namespace

std::string suggestion(const DeviceStatus& status) {
    if (status.state == "unauthorised") {
        return "setup-ledger";
    }
    if (!status.authorized || !status.marks) {
        return "";
    }
    return device_behind(status) || signs_nothing_more(*status.marks) ? "reset-hwm" : "";
}

json device_status_json(const DeviceStatus& status) {
    json out{{"device", status.device},
             {"name", status.name},
             {"state", status.state},
             {"reason", status.reason},
             {"app", or_null(status.app, app_json)},
             {"authorized", nullptr},
             {"chain", nullptr},
             {"device_marks", or_null(status.marks, marks_json)},
             {"host_marks", host_marks_json(status)},
             {"suggestion", suggestion(status)}};
    if (status.authorized && status.public_key) {
        out["authorized"] = key_json(*status.authorized, *status.public_key);
    }
    if (!status.warning.empty()) {
        out["warning"] = status.warning;
    }
    if (status.marks) {
        out["chain"] = chain_text(status.marks->chain);
    }
    return out;
}

json status_json(const std::vector<DeviceStatus>& devices, const std::string& store) {
    auto list = json::array();
    for (const auto& device : devices) {
        list.push_back(device_status_json(device));
    }
    return {{"devices", list}, {"store", store}, {"role", "single"}};
}

}  // namespace ledger_bridge::admin
