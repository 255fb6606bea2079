// The copy of what is durable, which every thread reads.
#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/store_thread.hpp"

namespace ledger_bridge::floor {

std::optional<SignedMark> StoreThread::find(const MarkKey& key) const {
    const std::scoped_lock lock(mutex_);
    const auto known = marks_.find(key);
    return known == marks_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<StoredMark> StoreThread::marks() const {
    const std::scoped_lock lock(mutex_);
    std::vector<StoredMark> copy;
    copy.reserve(marks_.size());
    for (const auto& [key, mark] : marks_) {
        copy.push_back({key, mark});
    }
    return copy;
}

std::vector<apdu::DeviceMarks> StoreThread::recorded_marks(const std::string& device) const {
    const std::scoped_lock lock(mutex_);
    const auto known = devices_.find(device);
    return known == devices_.end() ? std::vector<apdu::DeviceMarks>()
                                   : std::vector{known->second.marks};
}

std::vector<DeviceRecord> StoreThread::devices() const {
    const std::scoped_lock lock(mutex_);
    std::vector<DeviceRecord> copy;
    copy.reserve(devices_.size());
    for (const auto& [name, device] : devices_) {
        copy.push_back(device);
    }
    return copy;
}

bool StoreThread::handed_over() const {
    const std::scoped_lock lock(mutex_);
    return handed_over_;
}

bool StoreThread::low_on_space() const {
    const std::scoped_lock lock(mutex_);
    return low_on_space_;
}

std::vector<AdoptedLevel> StoreThread::adopted() const {
    const std::scoped_lock lock(mutex_);
    return adopted_;
}

std::optional<AdoptedLevel> StoreThread::adopted(const apdu::KeyHash& key,
                                                 const apdu::ChainId& chain) const {
    const std::scoped_lock lock(mutex_);
    return highest_adopted(adopted_, key, chain);
}

std::string StoreThread::state() const {
    const std::scoped_lock lock(mutex_);
    if (failure_) {
        return failure_->text();
    }
    if (!running_since_ && jobs_.empty()) {
        return "ok";
    }
    const auto waited = clock_.now() - (running_since_ ? *running_since_ : jobs_.front().asked);
    if (waited <= timing_.slow_after) {
        return "ok";
    }
    const auto seconds = std::chrono::duration<double>(waited).count();
    return fail(Errc::store_unavailable, fmt::format("a write has taken {:.1f} s so far", seconds))
        .text();
}

}  // namespace ledger_bridge::floor
