// What is kept of a reading of the marks, and what a signature may wait for.
#include "daemon/mark_keeper.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/daemon/desk.hpp"
#include "tests/floor/fake_store.hpp"
#include "tests/floor/samples.hpp"

namespace ledger_bridge::daemon::test {
namespace {

class MarkKeeperTest : public testing::Test {
protected:
    ~MarkKeeperTest() override { control_.release(); }

    // The device with its main mark at level 100 and this round.
    static DeviceFacts facts(std::uint32_t round) {
        const auto device = floor::test::sample_device(4);
        auto marks = device.marks;
        marks.main = {apdu::Level{100}, apdu::Round{round}};
        return {.name = device.name,
                .app = {"Tezos Baking", "2.5.1"},
                .authorized = device.authorized,
                .key = device.public_key,
                .marks = marks};
    }

    floor::test::FakeStoreControl control_;
    HandClock clock_;
    std::unique_ptr<floor::StoreThread> store_ = std::move(
        *floor::StoreThread::start(std::make_unique<floor::test::FakeStore>(control_), clock_));
    std::function<Result<void>(const DeviceFacts&)> keeper_ = mark_keeper(*store_, clock_);
};

TEST_F(MarkKeeperTest, ARecordThatTakesLongDelaysNeitherReadingNorCommit) {
    ASSERT_TRUE(keeper_(facts(5)));
    control_.wait_for_calls(2);  // the level was adopted, the device recorded
    control_.hold();
    auto first = store_->commit(floor::test::sample_key(), {}, {}, {});
    control_.wait_for_calls(3);
    clock_.advance(std::chrono::minutes{2});
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(keeper_(facts(3))) << "a record is due, and nothing has to be adopted";
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kAdoptTime / 2);
    auto signing =
        store_->commit(floor::test::sample_key(), floor::test::sample_position(101), {}, {});
    control_.release();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(signing.get());
    control_.wait_for_calls(5);
    const auto calls = control_.calls();
    EXPECT_EQ(calls[3], "commit 101") << "asked for later than the record, and done before it";
    EXPECT_EQ(calls[4], "device " + facts(3).name);
}

TEST_F(MarkKeeperTest, ALevelToAdoptIsWaitedFor) {
    ASSERT_TRUE(keeper_(facts(5)));
    EXPECT_EQ(store_->adopted().size(), 2U) << "durable when it returns";
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
