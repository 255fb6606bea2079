#include "daemon/admin/status_report.hpp"

#include <algorithm>
#include <utility>

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

std::vector<floor::MarkComparison> compared(const DeviceStatus& status) {
    if (!status.public_key || !status.marks) {
        return {};
    }
    return floor::compare_marks(
        status.public_key->hash(), *status.marks, status.host_marks, status.adopted);
}

json comparisons_json(const DeviceStatus& status) {
    auto all = json::array();
    for (const auto& one : compared(status)) {
        all.push_back(comparison_json(one));
    }
    return all;
}

json all_adopted_json(const DeviceStatus& status) {
    auto all = json::array();
    for (const auto& row : status.adopted) {
        if (status.public_key && row.key == status.public_key->hash()) {
            all.push_back(adopted_json(row));
        }
    }
    return all;
}

// A spare, a device that was reset, or one that lost its mark in a power cut.
bool device_behind(const DeviceStatus& status) {
    const auto all = compared(status);
    return std::any_of(all.begin(), all.end(), [](const floor::MarkComparison& one) {
        return one.under_main && one.ahead == floor::Ahead::host;
    });
}

bool signs_nothing_more(const apdu::DeviceMarks& marks) {
    return marks.main.level.value + 1 >= apdu::Level::kEnd.value ||
           marks.main.level >= apdu::Level::kEnd;
}

void add_if_any(json& out, const char* name, json list) {
    if (!list.empty()) {
        out[name] = std::move(list);
    }
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
    add_if_any(out, "comparison", comparisons_json(status));
    add_if_any(out, "adopted", all_adopted_json(status));
    if (!status.alarm.empty()) {
        out["alarm"] = status.alarm;
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
