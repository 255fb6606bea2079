// A desk with a Ledger on it: the emulated device in process, a cable that can be pulled at any
// moment, a clock that moves only when somebody waits, and a store that can fail.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/device_session.hpp"
#include "daemon/floor/store_thread.hpp"
#include "driver/base/clock.hpp"
#include "driver/transport.hpp"
#include "tests/floor/temporary_directory.hpp"
#include "tools/emulator/app/device.hpp"

namespace ledger_bridge::daemon::test {

// Thread-safe: the store's thread reads it too.
class HandClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override { return TimePoint{Duration{now_.load()}}; }
    [[nodiscard]] BootTime boot() const override { return BootTime{Duration{now_.load()}}; }
    [[nodiscard]] WallTime wall() const override {
        return WallTime{std::chrono::duration_cast<WallTime::duration>(Duration{now_.load()})} -
               set_back_;
    }
    // The wall clock alone, as somebody sets it; forward by less than nothing.
    void set_back(std::chrono::seconds time) { set_back_ += time; }
    void advance(Duration time) { now_ += time.count(); }
    void advance_to(TimePoint time) {
        now_ = std::max(now_.load(), Duration{time.time_since_epoch()}.count());
    }

private:
    std::atomic<Duration::rep> now_{Duration{std::chrono::hours{1}}.count()};
    std::chrono::seconds set_back_{0};  // before other threads look
};

// What happens to the next SIGN, or to the next exchange of any kind.
enum class Fault {
    lost_before,  // the cable goes before the device has the command
    lost_after,   // ... after it has obeyed, before its answer is out
    silent,       // the answer never comes
    corrupt,      // one bit of the answer's last data byte is wrong
    refused,      // the device has never seen it, and yet 6a80 is the answer
};

// The device, and everything that can be done to it from outside.
class Desk {
public:
    Desk();

    emulator::Device& device() { return device_; }
    HandClock& clock() { return clock_; }

    // Pull the cable, put it back.
    void unplug() { plugged_ = false; }
    void plug() { plugged_ = true; }
    // For the next signing command, or the next command of any kind.
    void fail_next_sign(Fault fault) { sign_faults_.push_back(fault); }
    // One bit of the answer to the nth command from now is wrong, in that byte of it if it is so
    // long, and from then on none.
    void spoil_answer(std::size_t nth, std::size_t byte) { spoiled_ = {{apdus() + nth, byte}}; }

    // SETUP of the default path, accepted at the device. Levels of both marks.
    void authorise(std::uint32_t level, std::uint32_t chain = 0x7a06a770, std::uint8_t curve = 0);
    // Another host has this signed meanwhile, with the default path.
    bool other_host_signs(const Bytes& message);
    // The person accepts the open prompt; its answer waits for whoever reads next.
    void accept_prompt();
    // From now on, or no longer, every command is answered with this word alone.
    void answer_always(std::optional<std::uint16_t> status) { always_ = status; }
    // From now on, or no longer, it cannot be opened for this reason.
    void refuse_opening(std::optional<Error> error) { refusal_ = std::move(error); }

    Opener opener();
    // Commands that reached the device.
    [[nodiscard]] std::size_t apdus() const { return device_.commands(); }

private:
    friend class DeskTransport;

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline);
    Result<Bytes> stay_silent(const Deadline& deadline);

    HandClock clock_;
    emulator::KeyRing keys_;
    emulator::Device device_;
    bool plugged_ = true;
    unsigned connection_ = 0;
    std::vector<Fault> sign_faults_;
    std::optional<std::pair<std::size_t, std::size_t>> spoiled_;  // command, byte
    std::optional<Bytes> late_answer_;
    std::optional<std::uint16_t> always_;
    std::optional<Error> refusal_;
};

// A real SQLite store whose commits can be made to fail.
class FailingStore final : public floor::WatermarkStore {
public:
    explicit FailingStore(std::unique_ptr<floor::WatermarkStore> inner)
        : inner_(std::move(inner)) {}

    // While set, commits and probes fail as on a full disk.
    std::atomic<bool> full = false;
    // Runs at the beginning of each commit, on the store's thread.
    std::function<void()> before_commit = [] {};

    Result<void> commit(const floor::MarkKey& key,
                        const floor::Position& position,
                        const apdu::Digest& digest,
                        WallTime time,
                        std::string_view device) override;
    Result<void> record_signature(const floor::MarkKey& key,
                                  const apdu::Digest& digest,
                                  const apdu::Signature& signature) override;
    Result<std::vector<floor::StoredMark>> marks() override { return inner_->marks(); }
    Result<std::optional<floor::SignedMark>> find(const floor::MarkKey& key) override {
        return inner_->find(key);
    }
    Result<void> remember_device(const floor::DeviceRecord& device) override;
    Result<std::vector<floor::DeviceRecord>> devices() override { return inner_->devices(); }
    Result<floor::StoreContents> change(const floor::WorkOut& work_out) override;
    Result<std::vector<floor::AdoptedLevel>> adopted() override { return inner_->adopted(); }
    Result<void> append_audit(const std::vector<floor::AuditRow>& rows) override;
    Result<std::optional<std::string>> fact(std::string_view name) override {
        return inner_->fact(name);
    }
    Result<void> set_fact(std::string_view name, std::string_view value) override;
    Result<void> probe() override;

private:
    std::unique_ptr<floor::WatermarkStore> inner_;
};

}  // namespace ledger_bridge::daemon::test
