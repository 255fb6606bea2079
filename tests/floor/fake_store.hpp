// A store in memory that fails and blocks when a test says so.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/store_change.hpp"
#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor::test {

// What a test and the fake on the store's thread share; outlives the fake.
class FakeStoreControl {
public:
    // Every write from now on fails with this, or works again.
    void fail_with(std::optional<Errc> code) {
        const std::scoped_lock lock(mutex_);
        failure_ = code;
    }
    // Every write from now on waits for release().
    void hold() {
        const std::scoped_lock lock(mutex_);
        held_ = true;
    }
    void release() {
        const std::scoped_lock lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    // Returns when so many writes (of any kind) have begun.
    void wait_for_calls(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return calls_.size() >= count; });
    }
    [[nodiscard]] std::vector<std::string> calls() const {
        const std::scoped_lock lock(mutex_);
        return calls_;
    }
    // Runs at the beginning of each write, on the store's thread.
    std::function<void()> on_write = [] {};

    // For the fake.
    Result<void> begin(const std::string& call) {
        on_write();
        std::unique_lock lock(mutex_);
        calls_.push_back(call);
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_; });
        return failure_ ? Result<void>(fail(*failure_, "as the test says")) : Result<void>();
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Errc> failure_;
    bool held_ = false;
    std::vector<std::string> calls_;
};

class FakeStore final : public WatermarkStore {
public:
    explicit FakeStore(FakeStoreControl& control) : control_(control) {}

    // What is in the store before it is given to the thread.
    std::map<MarkKey, SignedMark> stored;
    std::map<std::string, DeviceRecord> known_devices;
    std::vector<AdoptedLevel> known_adopted;
    std::map<std::string, std::string, std::less<>> facts;
    std::vector<AuditRow> audit;
    std::optional<Errc> read_failure;
    std::optional<int> adopted_reads;  // so many succeed

    Result<void> commit(const MarkKey& key,
                        const Position& position,
                        const apdu::Digest& digest,
                        WallTime time,
                        std::string_view /*device*/) override {
        auto begun = control_.begin("commit " + std::to_string(position.level.value));
        if (begun) {
            stored.insert_or_assign(key, SignedMark{position, digest, std::nullopt, time});
        }
        return begun;
    }

    Result<void> record_signature(const MarkKey& key,
                                  const apdu::Digest& digest,
                                  const apdu::Signature& signature) override {
        auto begun = control_.begin("signature");
        if (begun && stored.contains(key) && stored.at(key).digest == digest) {
            stored.at(key).signature = signature;
        }
        return begun;
    }

    Result<std::vector<StoredMark>> marks() override {
        if (read_failure) {
            return fail(*read_failure);
        }
        std::vector<StoredMark> all;
        for (const auto& [key, mark] : stored) {
            all.push_back({key, mark});
        }
        return all;
    }

    Result<std::optional<SignedMark>> find(const MarkKey& key) override {
        const auto found = stored.find(key);
        return found == stored.end() ? std::optional<SignedMark>() : std::optional(found->second);
    }

    Result<void> remember_device(const DeviceRecord& device) override {
        auto begun = control_.begin("device " + device.name);
        if (begun) {
            known_devices.insert_or_assign(device.name, device);
        }
        return begun;
    }

    Result<std::vector<DeviceRecord>> devices() override {
        std::vector<DeviceRecord> all;
        for (const auto& [name, device] : known_devices) {
            all.push_back(device);
        }
        return all;
    }

    Result<std::vector<AdoptedLevel>> adopted() override {
        if (adopted_reads && (*adopted_reads)-- <= 0) {
            return fail(Errc::store_unavailable, "as the test says");
        }
        return known_adopted;
    }

    Result<StoreContents> change(const WorkOut& work_out) override {
        const auto found = read_contents(*this);
        const auto wanted = found ? work_out(*found) : found.error();
        if (!wanted) {
            return wanted.error();
        }
        if (const auto begun = control_.begin("change"); !begun) {
            return begun.error();
        }
        return written(*wanted);
    }

    Result<void> append_audit(const std::vector<AuditRow>& rows) override {
        auto begun = control_.begin("audit " + std::to_string(rows.size()));
        if (begun) {
            audit.insert(audit.end(), rows.begin(), rows.end());
        }
        return begun;
    }

    Result<std::optional<std::string>> fact(std::string_view name) override {
        const auto found = facts.find(name);
        return found == facts.end() ? std::nullopt : std::optional(found->second);
    }

    Result<void> set_fact(std::string_view name, std::string_view value) override {
        auto begun = control_.begin("fact");
        if (begun) {
            facts.insert_or_assign(std::string(name), std::string(value));
        }
        return begun;
    }

    Result<void> probe() override { return control_.begin("probe"); }

private:
    StoreContents written(const StoreChange& change) {
        for (const auto& [key, mark] : change.marks) {
            stored.insert_or_assign(key, mark);
        }
        for (const auto* rows : {&change.ended, &change.added}) {
            for (const auto& row : *rows) {
                std::erase_if(known_adopted,
                              [&row](const auto& old) { return key_of(old) == key_of(row); });
            }
        }
        known_adopted.insert(known_adopted.end(), change.added.begin(), change.added.end());
        if (change.ends_handover) {
            facts.erase(std::string(kHandedOverFact));
        }
        return {std::nullopt, *marks(), known_adopted, facts.contains(kHandedOverFact)};
    }

    FakeStoreControl& control_;
};

}  // namespace ledger_bridge::floor::test
