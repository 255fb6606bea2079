// A session that asks for its app: when it does, and that it does not nag.
#include <string>

#include <gtest/gtest.h>

#include "daemon/device_session.hpp"
#include "tests/daemon/desk.hpp"

namespace ledger_bridge::daemon::test {
namespace {

using emulator::AppId;

class OpenAppTest : public testing::Test {
protected:
    void step(int times = 1) {
        for (int i = 0; i < times; ++i) {
            desk_.clock().advance_to(session_.next_step());
            session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
        }
    }
    std::string state() const { return std::string(state_name(session_.snapshot()->state)); }
    bool asks() { return desk_.device().prompt().has_value(); }
    void replug(AppId app) {
        desk_.unplug();
        step(30);
        ASSERT_EQ(state(), "absent");
        desk_.device().power_cycle(app);
        desk_.plug();
    }
    void expect_asked_once() {
        step();
        ASSERT_TRUE(asks());
        EXPECT_EQ(state(), "prompting");
        ASSERT_TRUE(desk_.device().reject());
        step(20);
        EXPECT_FALSE(asks());
        EXPECT_EQ(state(), "wrong_app");
    }

    Desk desk_;
    DeviceSession session_{{.device = "desk", .open_app = true}, desk_.opener(), {}, desk_.clock()};
};

TEST_F(OpenAppTest, AsksOnTheDashboardAndServesWhenThePersonAgrees) {
    desk_.authorise(100);
    desk_.device().power_cycle(AppId::dashboard);
    step(3);
    EXPECT_EQ(state(), "prompting");
    EXPECT_NE(session_.snapshot()->problem->detail.find("Tezos Baking"), std::string::npos)
        << "what the question is stays said";
    desk_.accept_prompt();
    step(2);
    EXPECT_EQ(state(), "ready");
}

TEST_F(OpenAppTest, ARefusalIsTakenUntilTheDeviceComesAgain) {
    desk_.device().power_cycle(AppId::dashboard);
    expect_asked_once();
    replug(AppId::dashboard);
    expect_asked_once();
}

TEST_F(OpenAppTest, AnUnlockIsAnArrival) {
    desk_.device().power_cycle(AppId::dashboard);
    desk_.device().lock();
    step(2);
    EXPECT_EQ(state(), "locked");
    desk_.device().unlock();
    expect_asked_once();
    desk_.device().lock();
    step(2);
    desk_.device().unlock();
    expect_asked_once();
}

TEST_F(OpenAppTest, TheEndOfTheBakingAppIsAnArrivalOfTheDashboard) {
    desk_.authorise(100);
    step();
    ASSERT_EQ(state(), "ready");
    ASSERT_TRUE(desk_.device().open_app(AppId::dashboard));
    expect_asked_once();
}

TEST_F(OpenAppTest, AnotherAppIsLeftAlone) {
    desk_.device().power_cycle(AppId::wallet);
    step(5);
    EXPECT_EQ(state(), "wrong_app");
    EXPECT_FALSE(asks());
}

// Its late answer may be taken for another's: no reason to ask again.
TEST_F(OpenAppTest, AWordThatMakesNoSenseIsNoArrival) {
    desk_.device().power_cycle(AppId::dashboard);
    expect_asked_once();
    desk_.answer_always(0x6985);
    step(40);
    desk_.answer_always(std::nullopt);
    step(5);
    EXPECT_FALSE(asks());
    EXPECT_EQ(state(), "wrong_app");
}

TEST_F(OpenAppTest, IsOffUnlessItIsAskedFor) {
    DeviceSession session{{.device = "desk"}, desk_.opener(), {}, desk_.clock()};
    desk_.device().power_cycle(AppId::dashboard);
    for (int i = 0; i < 5; ++i) {
        desk_.clock().advance_to(session.next_step());
        session.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }
    EXPECT_FALSE(asks());
    EXPECT_EQ(session.snapshot()->state, SessionState::wrong_app);
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
