#include "daemon/devices.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

bool is_named(const SessionSnapshot& session, const std::string& name) {
    return session.device == name ||
           (session.facts && (session.facts->name == name || "usb:" + session.facts->name == name));
}

bool serves(const HeldKey& held) {
    return held.device != nullptr && held.device->snapshot()->serves();
}

}  // namespace

Devices::Devices(std::vector<std::unique_ptr<DeviceThread>> threads, floor::StoreThread& store)
    : threads_(std::move(threads)), store_(store) {}

void Devices::start() {
    for (const auto& thread : threads_) {
        thread->start();
    }
}

void Devices::stop() {
    for (const auto& thread : threads_) {
        thread->stop();
    }
}

Result<HeldKey> Devices::find(const apdu::KeyHash& key) const {
    auto held = keys();
    const auto others = std::stable_partition(
        held.begin(), held.end(), [&key](const HeldKey& one) { return one.key.hash() == key; });
    // Of two devices of one seed the one that has requests of this key, also when it was lost
    // meanwhile: on the other one a later request would overtake them. Else the one that can sign
    // now; the store lets one of them win.
    const auto with_requests = std::find_if(held.begin(), others, [&key](const HeldKey& one) {
        return one.device != nullptr && one.device->holds(key);
    });
    if (with_requests != others) {
        return *with_requests;
    }
    const auto best = std::find_if(held.begin(), others, serves);
    if (best != others) {
        return *best;
    }
    if (held.begin() != others) {
        return held.front();
    }
    return held.empty() && unidentified() != nullptr ? fail(Errc::no_device_yet)
                                                     : unknown_key_error(key.text());
}

std::vector<HeldKey> Devices::keys() const {
    std::vector<HeldKey> held;
    for (const auto& thread : threads_) {
        const auto session = thread->snapshot();
        if (session->facts && session->facts->key) {
            held.push_back({*session->facts->key, session->facts->marks.chain, thread.get()});
        }
    }
    for (const auto& record : store_.devices()) {
        const bool connected = std::any_of(held.begin(), held.end(), [&record](const HeldKey& one) {
            return one.key == record.public_key;
        });
        if (!connected) {
            held.push_back({record.public_key, record.chain, without_key()});
        }
    }
    return held;
}

Result<DeviceThread*> Devices::by_name(const std::string& name) const {
    if (threads_.size() == 1 && (name.empty() || name == "usb")) {
        return threads_.front().get();
    }
    std::vector<std::string> known;
    for (const auto& thread : threads_) {
        const auto session = thread->snapshot();
        if (is_named(*session, name)) {
            return thread.get();
        }
        known.push_back(session->device);
    }
    return fail(name.empty() ? driver::Errc::several_devices : driver::Errc::no_device,
                fmt::format("this daemon has {}", fmt::join(known, ", ")));
}

DeviceThread* Devices::without_key() const {
    const auto match = std::find_if(threads_.begin(), threads_.end(), [](const auto& thread) {
        const auto session = thread->snapshot();
        return !session->facts || !session->facts->key;
    });
    return match == threads_.end() ? nullptr : match->get();
}

DeviceThread* Devices::unidentified() const {
    const auto match = std::find_if(threads_.begin(), threads_.end(), [](const auto& thread) {
        return !thread->snapshot()->facts;
    });
    return match == threads_.end() ? nullptr : match->get();
}

}  // namespace ledger_bridge::daemon
