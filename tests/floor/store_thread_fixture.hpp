// A StoreThread over a fake store, with a clock that moves when a test says so.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "daemon/floor/store_thread.hpp"
#include "tests/floor/fake_store.hpp"
#include "tests/floor/samples.hpp"

namespace ledger_bridge::floor::test {

class HandClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override { return TimePoint(Duration(now_.load())); }
    [[nodiscard]] BootTime boot() const override { return BootTime(Duration(now_.load())); }
    [[nodiscard]] WallTime wall() const override { return {}; }
    void advance(Duration time) { now_ += time.count(); }

private:
    std::atomic<Duration::rep> now_ = 0;
};

class StoreThreadTest : public ::testing::Test {
protected:
    ~StoreThreadTest() override { control_.release(); }

    // Probes come at once unless a test says otherwise.
    void start(StoreTiming timing = {.probe_every = Duration{0}}) {
        auto started = StoreThread::start(std::move(fake_), clock_, timing);
        ASSERT_TRUE(started);
        store_ = *std::move(started);
    }

    std::future<Result<void>> commit(std::uint32_t level, std::uint32_t digest = 1) {
        return store_->commit(
            sample_key(), sample_position(level), sample_digest(digest), sample_time(level));
    }

    // Everything asked for before has been done when this returns.
    void settle() { store_->commit(sample_key(Kind::attestation), {}, {}, {}).wait(); }

    // As after any number of probes: waits until one has succeeded.
    void wait_until_ok() const {
        while (store_->state() != "ok") {
            std::this_thread::yield();
        }
    }

    FakeStoreControl control_;
    HandClock clock_;
    std::unique_ptr<FakeStore> fake_ = std::make_unique<FakeStore>(control_);
    std::unique_ptr<StoreThread> store_;
};

}  // namespace ledger_bridge::floor::test
