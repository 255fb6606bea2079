#include "daemon/admin/status_report.hpp"

#include <algorithm>
#include <utility>

#include "daemon/admin/facts_json.hpp"

namespace ledger_bridge::admin {

namespace {

using daemon::SessionState;
using nlohmann::json;

// The rules of a device that was plugged in before they were installed.
constexpr auto* kApplyRules =
    "sudo udevadm trigger --action=add --subsystem-match=hidraw --subsystem-match=usb";

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

json app_json(const DeviceStatus& status) {
    if (!status.app) {
        return nullptr;
    }
    json app{{"name", status.app->name}, {"version", status.app->version}};
    if (!status.git.empty()) {
        app["git"] = status.git;
    }
    return app;
}

json marks_json(const apdu::DeviceMarks& marks) {
    return {{"main", mark_json(marks.main)}, {"test", mark_json(marks.test)}};
}

std::string of_a_serving_device(const DeviceStatus& status) {
    const bool behind =
        status.marks && (device_behind(status) || signs_nothing_more(*status.marks));
    return behind ? "reset-hwm" : "";
}

bool takes_a_device(const std::string& command) {
    return command == "setup-ledger" || command == "reset-hwm";
}

json node_json(const DeviceStatus& status) {
    return status.usb && !status.usb->hidraw.empty() ? json(status.usb->hidraw) : json(nullptr);
}

}  // namespace

std::string suggestion(const DeviceStatus& status) {
    switch (status.state) {
        case SessionState::ready:
        case SessionState::busy:
            return of_a_serving_device(status);
        case SessionState::unauthorised:
            return "setup-ledger";
        case SessionState::absent:
            return "lsusb -d 2c97:";
        case SessionState::permission_denied:
            return status.by_tool ? "sudo ledgerctl list" : kApplyRules;
        case SessionState::device_busy:
            return "sudo fuser -v /dev/hidraw* /dev/bus/usb/*/*";
        case SessionState::several_devices:
            return "sudoedit /etc/ledger-bridge/ledger-bridged.toml";
        case SessionState::no_hid_driver:
            return "sudo modprobe usbhid";
        case SessionState::unknown_product:
            return "ledgerctl --version";
        default:
            return "ledgerctl list";
    }
}

json device_status_json(const DeviceStatus& status) {
    json out{{"device", status.device},
             {"model", status.usb ? json(status.usb->model) : json(nullptr)},
             {"path", status.usb ? json(status.usb->bus_path) : json(nullptr)},
             {"node", node_json(status)},
             {"name", status.name},
             {"state", daemon::state_name(status.state)},
             {"reason", status.reason},
             {"app", app_json(status)},
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
    add_if_any(out, "policy", status.policy);
    if (!status.alarm.empty()) {
        out["alarm"] = status.alarm;
    }
    return out;
}

json status_json(const std::vector<DeviceStatus>& devices,
                 const std::string& store,
                 bool handed_over) {
    auto list = json::array();
    for (const auto& device : devices) {
        list.push_back(device_status_json(device));
        auto& command = list.back()["suggestion"].get_ref<std::string&>();
        if (devices.size() > 1 && takes_a_device(command)) {
            command += " --device " + device.device;
        }
    }
    return {{"devices", list}, {"store", store}, {"role", handed_over ? "handed over" : "single"}};
}

}  // namespace ledger_bridge::admin
