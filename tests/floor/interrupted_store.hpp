// A store in whose writes another program comes first: at the last moment before the transaction.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/floor/watermark_store.hpp"

namespace ledger_bridge::floor::test {

class InterruptedStore final : public WatermarkStore {
public:
    // `interrupt` runs before each write of rows that were worked out from others.
    InterruptedStore(std::unique_ptr<WatermarkStore> inner, std::function<void()> interrupt)
        : inner_(std::move(inner)), interrupt_(std::move(interrupt)) {}

    Result<void> commit(const MarkKey& key,
                        const Position& position,
                        const apdu::Digest& digest,
                        WallTime time,
                        std::string_view device) override {
        return inner_->commit(key, position, digest, time, device);
    }
    Result<void> record_signature(const MarkKey& key,
                                  const apdu::Digest& digest,
                                  const apdu::Signature& signature) override {
        return inner_->record_signature(key, digest, signature);
    }
    Result<std::vector<StoredMark>> marks() override { return inner_->marks(); }
    Result<std::optional<SignedMark>> find(const MarkKey& key) override {
        return inner_->find(key);
    }
    Result<void> remember_device(const DeviceRecord& device) override {
        return inner_->remember_device(device);
    }
    Result<std::vector<DeviceRecord>> devices() override { return inner_->devices(); }
    Result<std::vector<AdoptedLevel>> adopted() override { return inner_->adopted(); }
    Result<StoreContents> change(const WorkOut& work_out) override {
        interrupt_();
        return inner_->change(work_out);
    }
    Result<void> append_audit(const std::vector<AuditRow>& rows) override {
        return inner_->append_audit(rows);
    }
    Result<std::optional<std::string>> fact(std::string_view name) override {
        return inner_->fact(name);
    }
    Result<void> set_fact(std::string_view name, std::string_view value) override {
        return inner_->set_fact(name, value);
    }
    Result<void> probe() override { return inner_->probe(); }

private:
    std::unique_ptr<WatermarkStore> inner_;
    std::function<void()> interrupt_;
};

}  // namespace ledger_bridge::floor::test
