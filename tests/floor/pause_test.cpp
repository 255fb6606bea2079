#include "daemon/floor/pause.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace ledger_bridge::floor {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr WallTime kNoon = WallTime(hours{24 * 365 * 56});
constexpr hours kWeeks{24 * 21};

// Both hands in the test's hands.
class TwoHands final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override { return {}; }
    [[nodiscard]] BootTime boot() const override { return boot_; }
    [[nodiscard]] WallTime wall() const override { return wall_; }
    void pass(seconds time) {
        boot_ += time;
        wall_ += time;
    }
    void set(WallTime time) { wall_ = time; }

private:
    BootTime boot_{hours{1}};
    WallTime wall_ = kNoon;
};

class PauseTest : public testing::Test {
protected:
    [[nodiscard]] Pause since(WallTime time) const { return pauses_->since(time, std::nullopt); }
    void restart() { pauses_.emplace(clock_); }

    TwoHands clock_;
    std::optional<PauseClock> pauses_{clock_};
};

TEST_F(PauseTest, IsWhatTheClockSaysOfWhatAnotherProcessDid) {
    EXPECT_EQ(since(kNoon), Pause{});
    EXPECT_EQ(since(kNoon - kWeeks), Pause{kWeeks});
    clock_.pass(seconds{7});
    EXPECT_EQ(since(kNoon - kWeeks), Pause{kWeeks + seconds{7}});
}

TEST_F(PauseTest, OfWhatThisProcessDidIsNeverShorterThanItWas) {
    const auto here = clock_.boot();
    clock_.pass(seconds{7});
    for (const auto wall : {WallTime::min(), kNoon - kWeeks, kNoon, kNoon + seconds{7}}) {
        clock_.set(wall);
        EXPECT_EQ(pauses_->since(kNoon, here), Pause{seconds{7}});
    }
    clock_.set(kNoon + kWeeks);
    EXPECT_EQ(pauses_->since(kNoon, here), Pause{kWeeks}) << "saved, and restored weeks later";
}

TEST_F(PauseTest, DoesNotChangeWhenTheClockIsSetBackWhileTheProcessRuns) {
    clock_.pass(seconds{7});
    clock_.set(kNoon - kWeeks);
    EXPECT_EQ(since(kNoon), Pause{seconds{7}});
}

// A machine without a clock of its own goes on from where it was until it has asked the network.
TEST_F(PauseTest, IsKnownOnceAClockThatBeganBehindIsPutRight) {
    const auto last = kNoon + seconds{1};
    EXPECT_TRUE(since(last).at_most);
    clock_.pass(seconds{60});
    clock_.set(kNoon + kWeeks);
    EXPECT_EQ(since(last), Pause{kWeeks - seconds{1}});
}

TEST_F(PauseTest, ThatIsNotKnownIsAtMostTheLongestAndWhatThisProcessSawOfIt) {
    EXPECT_EQ(since(kNoon + seconds{1}), (Pause{kLongestPause, true}));
    EXPECT_EQ(since(WallTime::max()), (Pause{kLongestPause, true}));
    clock_.pass(kWeeks);
    EXPECT_EQ(since(kNoon + kWeeks + seconds{1}), (Pause{kLongestPause + kWeeks, true}));
}

TEST_F(PauseTest, BearsTheFarEndsOfTime) {
    clock_.set(WallTime::max());
    EXPECT_GT(since(WallTime::min()).length, hours{24 * 365 * 500});
    clock_.set(WallTime::min());
    restart();
    EXPECT_EQ(since(WallTime::max()), (Pause{kLongestPause, true}));
}

// A Ledger that was switched off needs its PIN, so longer ones have a person beside them.
TEST_F(PauseTest, LeavesRoomForThreeWeeksAway) {
    EXPECT_GT(kLongestPause, kWeeks);
    EXPECT_LT(kLongestPause, 3 * kWeeks);
}

}  // namespace
}  // namespace ledger_bridge::floor
