// Two programs on one state file: a store thread, and a handle of the other program's that comes in
// between when a test says so.
#pragma once

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/adoption.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/merge.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/store_thread.hpp"
#include "tests/floor/interrupted_store.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor::test {

inline Interchange marks_at(std::uint32_t level, std::uint32_t digest) {
    const SignedMark mark{sample_position(level), sample_digest(digest), {}, sample_time(level)};
    return {std::nullopt, {{sample_key(), mark}}, {}};
}

inline DeviceReading reading(std::uint32_t level) {
    const auto key = sample_key();
    return {"some-device", key.key, {{{level}, {}}, {}, key.chain}, sample_time(level)};
}

class StoreInterleaving : public ::testing::Test {
protected:
    void SetUp() override {
        other_ = open();
        auto interrupted = std::make_unique<InterruptedStore>(
            open(), [this] { std::exchange(interrupt_, [] {})(); });
        auto started = StoreThread::start(std::move(interrupted), clock_);
        ASSERT_TRUE(started);
        store_ = *std::move(started);
    }

    [[nodiscard]] std::unique_ptr<LocalStore> open() const {
        auto opened = open_sqlite_store(directory_.path());
        EXPECT_TRUE(opened) << opened.error().text();
        return *std::move(opened);
    }

    // The other program's, on its own handle.
    Result<void> put_elsewhere(std::uint32_t level,
                               std::uint32_t digest,
                               const MarkKey& key = sample_key()) {
        return other_->commit(
            key, sample_position(level), sample_digest(digest), sample_time(level));
    }
    Result<void> put(std::uint32_t level, std::uint32_t digest) {
        return store_
            ->commit(
                sample_key(), sample_position(level), sample_digest(digest), sample_time(level))
            .get();
    }
    Result<Merge> merge(const Interchange& incoming) {
        std::promise<Result<Merge>> outcome;
        store_->merge(incoming, {}, [&outcome](const auto& merged) { outcome.set_value(merged); });
        return outcome.get_future().get();
    }

    [[nodiscard]] std::uint32_t adopted_in_file() const {
        const auto& key = sample_key();
        const auto row = highest_adopted(*other_->adopted(), key.key, key.chain);
        return row ? row->level.value : 0;
    }

    void expect_memory_is_the_file() {
        const auto marks = *other_->marks();
        const auto shown = store_->marks();
        ASSERT_EQ(shown.size(), marks.size());
        for (std::size_t i = 0; i < marks.size(); ++i) {
            EXPECT_EQ(shown[i].key, marks[i].key);
            EXPECT_TRUE(same_message(shown[i].mark, marks[i].mark));
        }
        EXPECT_TRUE(in_order(store_->adopted()) == in_order(*other_->adopted()));
    }

    static std::vector<AdoptedLevel> in_order(std::vector<AdoptedLevel> rows) {
        std::sort(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
            return key_of(left) < key_of(right);
        });
        return rows;
    }

    static void expect_refused(const Result<void>& outcome, Errc code) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, make_error_code(code)) << outcome.error().text();
    }

    TemporaryDirectory directory_{memory_root()};
    SystemClock clock_;
    std::unique_ptr<LocalStore> other_;
    std::function<void()> interrupt_ = [] {};
    std::unique_ptr<StoreThread> store_;
};

}  // namespace ledger_bridge::floor::test
