// Another program's reports between ours: how they are counted, said and forgotten.
#include "daemon/foreign_reports.hpp"

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "driver/hid_transport.hpp"
#include "tests/driver/fake_wire.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;
using namespace driver;

constexpr Channel kOurs{0x1234};
constexpr Channel kTheirs{0x0101};
const Bytes kCommand{0x80, 0x00, 0x00, 0x00, 0x00};
const Bytes kAnswer{0x01, 0x90, 0x00};

class ForeignReportsTest : public testing::Test {
protected:
    // One exchange of ours, with `foreign` reports of another program before its answer.
    void exchange(int foreign) {
        std::vector<Arrival> arrivals;
        for (int i = 0; i < foreign; ++i) {
            arrivals.push_back({encode(kTheirs, kAnswer).front()});
        }
        arrivals.push_back({encode(kOurs, kAnswer).front()});
        wire_.after_write = {{wire_.written.size() + 1, arrivals}};
        EXPECT_TRUE(transport_.exchange(kCommand, Deadline::after(clock_, 1s)));
    }

    ManualClock clock_;
    int counted_ = 0;
    std::vector<std::string> said_;
    ForeignReports reports_{
        clock_, [this] { ++counted_; }, [this](const Error& e) { said_.push_back(e.text()); }};
    FakeWire wire_{clock_};
    HidTransport transport_{
        std::make_unique<FakeReportPort>(wire_), kOurs, clock_, [this] { reports_.note(); }};
};

TEST_F(ForeignReportsTest, NoneIsNothing) {
    exchange(0);
    EXPECT_EQ(counted_, 0);
    EXPECT_TRUE(said_.empty());
    EXPECT_FALSE(reports_.warning());
}

TEST_F(ForeignReportsTest, EachIsCountedAndAllAreSaidOnceAMinute) {
    for (int i = 0; i < 59; ++i) {
        exchange(2);
        clock_.advance(1s);
    }
    EXPECT_EQ(counted_, 118);
    ASSERT_EQ(said_.size(), 1U);
    EXPECT_NE(said_[0].find("close it"), std::string::npos) << said_[0];
    clock_.advance(2s);
    exchange(1);
    EXPECT_EQ(said_.size(), 2U);
}

TEST_F(ForeignReportsTest, TheAnswerToAProgramThatHasGoneIsCountedAndNoWarning) {
    exchange(2);
    clock_.advance(ForeignReports::kMemory);
    exchange(2);
    EXPECT_EQ(counted_, 4);
    EXPECT_TRUE(said_.empty());
    EXPECT_FALSE(reports_.warning());
    exchange(1);
    EXPECT_EQ(said_.size(), 1U) << "somebody asks on";
    EXPECT_TRUE(reports_.warning());
}

TEST_F(ForeignReportsTest, TheWarningEndsAMinuteAfterTheLast) {
    exchange(3);
    clock_.advance(50s);
    exchange(1);
    clock_.advance(ForeignReports::kMemory - 1s);
    ASSERT_TRUE(reports_.warning());
    EXPECT_EQ(reports_.warning()->code, make_error_code(Errc::foreign_reports));
    clock_.advance(1s);
    EXPECT_FALSE(reports_.warning());
}

}  // namespace
}  // namespace ledger_bridge::daemon
