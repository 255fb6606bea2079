// What became of a question, found out by a tool that has the device to itself: an emulated device
// that is looked for again and again, and a clock that moves only between two looks.
#include "tools/common/settling.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/plugged.hpp"
#include "tests/driver/manual_clock.hpp"
#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {
namespace {

class Settling : public testing::Test {
protected:
    // `event` happens at the nth look; the first has the number 0.
    Result<void> settle(
        int nth = 0, const std::function<void()>& event = [] {}) {
        auto search = here();
        search.open = opener(nth, event);
        const auto settle = settle_by_search(std::move(search));
        return settle([this](const admin::Standing& now) {
            seen_ = now;
            return verdict_;
        });
    }

    Search here() {
        return {.wire = wire_,
                .open = {},
                .name = name_,
                .clock = clock_,
                .adopt = adopter(),
                .begun = [this] { ++begun_; },
                .pause = [this](auto time) { clock_.advance(time); }};
    }

    daemon::Opener opener(int nth, const std::function<void()>& event) {
        return [this, nth, event](const Deadline& /*deadline*/) -> Result<daemon::OpenedDevice> {
            EXPECT_FALSE(wire_.drain(Duration{0})) << "two connections at one time";
            if (looks_++ == nth) {
                event();
            }
            if (plugged_.refusal) {
                return *plugged_.refusal;
            }
            return daemon::OpenedDevice{std::make_unique<daemon::PluggedTransport>(plugged_)};
        };
    }

    std::function<Result<void>(apdu::BakingApp&, const daemon::Identity&)> adopter() {
        return [this](apdu::BakingApp& /*app*/, const daemon::Identity& /*identity*/) {
            ++adopted_;
            return adopting_;
        };
    }

    static bool unknown(const Result<void>& settled) {
        return !settled && settled.error().code == make_error_code(Errc::outcome_unknown);
    }

    Duration time_taken() const { return clock_.now() - TimePoint{}; }
    void unplug() { plugged_.refusal = fail(driver::Errc::no_device); }

    std::string name_ = daemon::kDefaultName;
    daemon::Plugged plugged_{emulator::kDefaultMnemonic};
    ManualClock clock_;
    LastingTransport wire_{std::make_unique<daemon::PluggedTransport>(plugged_)};
    Result<void> verdict_;
    Result<void> adopting_;
    std::optional<admin::Standing> seen_;
    int looks_ = 0;
    int adopted_ = 0;
    int begun_ = 0;
};

TEST_F(Settling, WhatTheDeviceSaysIsConcludedFromAndAdopted) {
    daemon::authorise(plugged_.device);
    EXPECT_TRUE(settle());
    EXPECT_EQ(begun_, 1);
    ASSERT_TRUE(seen_);
    EXPECT_EQ(seen_->marks.main.level.value, 500U);
    EXPECT_TRUE(seen_->authorized);
    EXPECT_EQ(adopted_, 1);
}

TEST_F(Settling, AVerdictIsGivenAndTheMarksAreAdoptedAllTheSame) {
    verdict_ = fail(Errc::not_confirmed);
    adopting_ = fail(Errc::bad_wallet);
    EXPECT_EQ(settle().error().code, verdict_.error().code);
    EXPECT_EQ(adopted_, 1);
}

TEST_F(Settling, WhatCannotBeKeptIsAnError) {
    adopting_ = fail(Errc::bad_wallet);
    EXPECT_EQ(settle().error().code, adopting_.error().code);
}

TEST_F(Settling, ADeviceThatComesBackInTimeIsFound) {
    unplug();
    EXPECT_TRUE(settle(50, [this] { plugged_.refusal.reset(); }));
    EXPECT_EQ(time_taken(), std::chrono::seconds{25});
    EXPECT_FALSE(seen_->authorized);
}

TEST_F(Settling, OneThatIsUnlockedInTimeIsFound) {
    plugged_.device.lock();
    EXPECT_TRUE(settle(10, [this] { plugged_.device.unlock(); }));
}

TEST_F(Settling, OneThatStaysAwayLeavesItUnknown) {
    unplug();
    const auto settled = settle();
    EXPECT_TRUE(unknown(settled));
    EXPECT_NE(settled.error().text().find("no device was found"), std::string::npos);
    EXPECT_EQ(time_taken(), kReturnTime + std::chrono::seconds{0});
    EXPECT_EQ(adopted_, 0);
}

TEST_F(Settling, OneThatStaysLockedLeavesItUnknown) {
    plugged_.device.lock();
    EXPECT_TRUE(unknown(settle()));
    EXPECT_GT(looks_, 10);
}

TEST_F(Settling, AnotherDeviceSaysNothing) {
    name_ = "another-device-of-mine";
    EXPECT_TRUE(unknown(settle()));
    EXPECT_FALSE(seen_);
}

TEST_F(Settling, AQuestionOnTheScreenIsWaitedForWithoutEnd) {
    daemon::ask_to_authorise(plugged_.device);
    EXPECT_TRUE(settle(1000, [this] { plugged_.device.accept(); }));
    EXPECT_GT(time_taken(), 10 * kReturnTime);
    EXPECT_EQ(seen_->marks.main.level.value, 500U);
}

TEST_F(Settling, ADeviceThatGoesWithItsQuestionHasItsWholeTimeToComeBack) {
    daemon::ask_to_authorise(plugged_.device);
    EXPECT_TRUE(unknown(settle(100, [this] { unplug(); })));
    EXPECT_GE(time_taken(), kReturnTime + std::chrono::seconds{49});
}

TEST_F(Settling, WhoeverCancelsGetsNoConclusion) {
    unplug();
    const auto settled = settle(3, [this] { wire_.cancel(); });
    EXPECT_EQ(settled.error().code, make_error_code(driver::Errc::no_device));
    EXPECT_EQ(looks_, 4);
    EXPECT_FALSE(seen_);
}

TEST_F(Settling, NothingIsOpenedForWhoeverCancelledBefore) {
    wire_.cancel();
    EXPECT_FALSE(settle());
    EXPECT_EQ(looks_, 0);
    EXPECT_EQ(begun_, 0);
}

}  // namespace
}  // namespace ledger_bridge::tools
