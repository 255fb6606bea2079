#include "daemon/mark_keeper.hpp"

#include <optional>
#include <string>
#include <vector>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// The marks move with every signature, and each record is a write beside the commits.
constexpr Duration kRecordInterval = std::chrono::minutes{1};

Result<void> adopt(floor::StoreThread& store, const floor::DeviceReading& reading) {
    auto durable = store.adopt(reading);
    if (durable.wait_for(kAdoptTime) != std::future_status::ready) {
        return fail(Errc::store_not_ready, "the device's marks could not be saved in time");
    }
    const auto outcome = durable.get();
    return outcome ? outcome : fail(Errc::store_not_ready, outcome.error().text());
}

// Writes the device's record when it is another device or key, or the last one is old.
class Recorder {
public:
    Recorder(floor::StoreThread& store, const Clock& clock) : store_(store), clock_(clock) {}

    void record(const DeviceFacts& facts) {
        const floor::DeviceRecord record{.name = facts.name,
                                         .authorized = *facts.authorized,
                                         .public_key = *facts.key,
                                         .chain = facts.marks.chain,
                                         .marks = facts.marks,
                                         .seen = clock_.wall()};
        const bool same_device = last_ && last_->name == record.name &&
                                 last_->authorized == record.authorized &&
                                 last_->chain == record.chain;
        const bool recent = same_device && clock_.now() - written_ < kRecordInterval;
        if (recent || (same_device && last_->marks == record.marks)) {
            return;
        }
        // Not waited for: a request may be next. Nothing is lost without it, and a store that fails
        // says so itself.
        store_.remember_device(record);
        last_ = record;
        written_ = clock_.now();
    }

private:
    floor::StoreThread& store_;
    const Clock& clock_;
    std::optional<floor::DeviceRecord> last_;
    TimePoint written_;
};

// What a device said at the last reading that was taken over, and at those since: its record may be
// a minute old.
class Readings {
public:
    std::vector<apdu::DeviceMarks> before(const floor::DeviceReading& reading) {
        if (device_ != reading.device) {
            said_.clear();
            device_ = reading.device;
        }
        auto earlier = said_;
        if (said_.empty() || said_.back() != reading.marks) {
            said_.push_back(reading.marks);
        }
        return earlier;
    }
    void taken_over(const floor::DeviceReading& reading) { said_ = {reading.marks}; }

private:
    std::string device_;
    std::vector<apdu::DeviceMarks> said_;
};

}  // namespace

std::optional<floor::DeviceReading> reading_of(const DeviceFacts& facts, WallTime now) {
    if (!facts.key || !facts.authorized) {
        return std::nullopt;
    }
    return floor::DeviceReading{facts.name, facts.key->hash(), facts.marks, now};
}

std::function<Result<void>(const DeviceFacts&)> mark_keeper(floor::StoreThread& store,
                                                            const Clock& clock) {
    return [&store, &clock, recorder = Recorder(store, clock), readings = Readings()](
               const DeviceFacts& facts) mutable -> Result<void> {
        auto reading = reading_of(facts, clock.wall());
        if (!reading) {
            return {};
        }
        reading->earlier = readings.before(*reading);
        if (auto adopted = adopt(store, *reading); !adopted) {
            return adopted;
        }
        readings.taken_over(*reading);
        recorder.record(facts);
        return {};
    };
}

}  // namespace ledger_bridge::daemon
