// What other threads ask of the store's.
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/store_thread.hpp"

namespace ledger_bridge::floor {

std::future<Result<void>> StoreThread::commit(const MarkKey& key,
                                              const Position& position,
                                              const apdu::Digest& digest,
                                              WallTime time,
                                              std::string device) {
    const StoredMark wanted{key, SignedMark{position, digest, std::nullopt, time, clock_.boot()}};
    return add([this, wanted, device = std::move(device)] { return commit_now(wanted, device); });
}

void StoreThread::note(AuditRow row) {
    {
        const std::scoped_lock lock(mutex_);
        const auto left_out = limit_.admit(clock_.now());
        if (!left_out) {
            return;
        }
        if (*left_out > 0) {
            row.reason += fmt::format(" (after {} others)", *left_out);
        }
        notes_.push_back(std::move(row));
    }
    wakeup_.notify_one();
}

void StoreThread::record_signature(const MarkKey& key,
                                   const apdu::Digest& digest,
                                   const apdu::Signature& signature) {
    {
        const std::scoped_lock lock(mutex_);
        const auto known = marks_.find(key);
        if (known != marks_.end() && known->second.digest == digest) {
            known->second.signature = signature;
        }
    }
    add([this, key, digest, signature] {
        return store_->record_signature(key, digest, signature);
    });
}

std::future<Result<void>> StoreThread::remember_device(const DeviceRecord& device) {
    return add_to(later_, unless_broken([this, device] {
                      auto outcome = store_->remember_device(device);
                      if (outcome) {
                          const std::scoped_lock lock(mutex_);
                          devices_.insert_or_assign(device.name, device);
                      }
                      return outcome;
                  }));
}

std::future<Result<void>> StoreThread::adopt(DeviceReading reading) {
    const auto recorded = recorded_marks(reading.device);
    reading.earlier.insert(reading.earlier.end(), recorded.begin(), recorded.end());
    // What is under way can only make more of it ours.
    if (new_adoptions(reading, marks(), adopted()).empty()) {
        std::promise<Result<void>> nothing_new;
        nothing_new.set_value({});
        return nothing_new.get_future();
    }
    return add([this, reading = std::move(reading)] {
        return change_now(
            [&](const StoreContents& stored) -> Result<StoreChange> {
                return change_for_reading(reading, stored);
            },
            clock_.boot());
    });
}

std::future<Result<void>> StoreThread::adopt_setup(const DeviceReading& reading,
                                                   std::vector<AdoptedLevel> foreseen) {
    return add([this, reading, foreseen = std::move(foreseen)] {
        return change_now(
            [&](const StoreContents& stored) {
                return change_for_setup(reading, foreseen, stored);
            },
            clock_.boot());
    });
}

std::future<Result<void>> StoreThread::adopt_before_operation(const DeviceReading& reading) {
    return add([this, reading] {
        return change_now(
            [&](const StoreContents& stored) { return change_before_operation(reading, stored); },
            clock_.boot());
    });
}

}  // namespace ledger_bridge::floor
