// How a session finds its device, loses it, and gets it back.
#include "daemon/device_session.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"
#include "tests/daemon/desk.hpp"

namespace ledger_bridge::daemon::test {
namespace {

class DeviceSessionTest : public testing::Test {
protected:
    void step() {
        desk_.clock().advance_to(session_.next_step());
        session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }
    std::string state() const { return std::string(state_name(session_.snapshot()->state)); }

    void make_ready() {
        desk_.authorise(100);
        step();
        ASSERT_EQ(state(), "ready");
    }

    Result<void> wait_until_ready(Duration time) {
        return session_.wait_until_ready(
            Deadline::after(desk_.clock(), time),
            [this](TimePoint until) { desk_.clock().advance_to(until); });
    }

    Desk desk_;
    std::vector<std::string> states_;
    int identified_ = 0;
    DeviceSession session_{
        {.device = "desk"},
        desk_.opener(),
        {.changed =
             [this](const SessionSnapshot& now) { states_.emplace_back(state_name(now.state)); },
         .identified = [this](const DeviceFacts&) { ++identified_; }},
        desk_.clock()};
};

TEST_F(DeviceSessionTest, IdentifiesAnAuthorisedDeviceWithinOneStep) {
    make_ready();
    const auto facts = *session_.snapshot()->facts;
    EXPECT_EQ(facts.name, "masculine-pig-stupendous-dugong");
    EXPECT_EQ(facts.key->hash().text(), "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    EXPECT_EQ(facts.authorized->path.text(), "44h/1729h/0h/0h");
    EXPECT_EQ(facts.marks.main.level.value, 100U);
    EXPECT_EQ(facts.app.version, "2.5.1");
    EXPECT_EQ(identified_, 1);
}

// It would serve a key that nobody has, for as long as the cable stays in.
TEST_F(DeviceSessionTest, OneWrongBitInAnyAnswerDoesNotMakeItAnotherDevice) {
    constexpr std::size_t kAnswers = 14;  // more than an identification asks for
    constexpr std::size_t kLongest = 70;  // a public key
    desk_.authorise(100, 0x7a06a770, 2);
    for (std::size_t nth = 1; nth <= kAnswers; ++nth) {
        for (std::size_t byte = 0; byte < kLongest; ++byte) {
            DeviceSession session({.device = "desk"}, desk_.opener(), {}, desk_.clock());
            desk_.spoil_answer(nth, byte);
            for (int steps = 0; steps < 5 && !session.snapshot()->serves(); ++steps) {
                desk_.clock().advance_to(session.next_step());
                session.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
            }
            const auto now = session.snapshot();
            ASSERT_TRUE(now->serves()) << nth << " " << byte << " " << state_name(now->state);
            EXPECT_EQ(now->facts->key->hash().text(), "tz3Y2TkhTYG6MfPsijGfHFqBYrLCfwYb6HRB")
                << "byte " << byte << " of answer " << nth;
            EXPECT_EQ(now->facts->name, "masculine-pig-stupendous-dugong");
            EXPECT_EQ(now->facts->marks.main.level.value, 100U);
        }
    }
}

TEST_F(DeviceSessionTest, ReportsADeviceThatIsNotThereAndFindsItWhenItComes) {
    desk_.unplug();
    step();
    EXPECT_EQ(state(), "absent");
    step();
    EXPECT_EQ(states_, std::vector<std::string>{"absent"}) << "a fact is told once";
    desk_.plug();
    make_ready();
}

TEST_F(DeviceSessionTest, WithoutAKeyItWaitsForOneWithACheapQuestion) {
    step();
    EXPECT_EQ(state(), "unauthorised");
    const auto before = desk_.apdus();
    step();
    EXPECT_EQ(desk_.apdus() - before, 1U);
    desk_.authorise(100);
    step();
    EXPECT_EQ(state(), "ready");
}

// A spare with the same seed that was found first gives way to the one that was set up.
TEST_F(DeviceSessionTest, ADeviceWithoutAKeyGivesWayToOneThatHasIt) {
    Desk authorised;
    authorised.authorise(100);
    bool there = false;
    DeviceSession session(
        {.device = "usb:four-words", .seeks_authorised = true},
        [&, first = true](const Deadline& deadline) mutable -> Result<OpenedDevice> {
            if (std::exchange(first, false)) {
                return desk_.opener()(deadline);
            }
            if (!there) {
                return fail(driver::Errc::device_busy, "held here");
            }
            auto opened = authorised.opener()(deadline);
            opened->authorised = true;
            return opened;
        },
        {},
        desk_.clock());
    const auto step_once = [&] {
        desk_.clock().advance_to(session.next_step());
        session.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
        return session.snapshot()->state;
    };
    EXPECT_EQ(step_once(), SessionState::unauthorised);
    EXPECT_EQ(step_once(), SessionState::unauthorised) << "alone it stays";
    EXPECT_TRUE(session.app()) << "and can be set up";
    there = true;
    EXPECT_EQ(step_once(), SessionState::ready);
    const auto spare = desk_.apdus();
    EXPECT_EQ(step_once(), SessionState::ready);
    EXPECT_EQ(desk_.apdus(), spare) << "the spare is let alone";
}

TEST_F(DeviceSessionTest, NoticesTheLockWhileIdleAndTheUnlocking) {
    make_ready();
    desk_.device().lock();
    step();
    EXPECT_EQ(state(), "locked");
    EXPECT_EQ(session_.snapshot()->refusal().code, make_error_code(apdu::StatusWord::locked));
    desk_.device().unlock();
    step();
    EXPECT_EQ(state(), "ready");
}

TEST_F(DeviceSessionTest, NoticesAnotherAppAndTheReturn) {
    make_ready();
    for (const auto app : {emulator::AppId::wallet, emulator::AppId::dashboard}) {
        ASSERT_TRUE(desk_.device().open_app(app));
        step();
        EXPECT_EQ(state(), "wrong_app");
        step();
        EXPECT_EQ(state(), "wrong_app");
        EXPECT_NE(session_.snapshot()->problem->detail.find(emulator::app_name(app)),
                  std::string::npos)
            << session_.snapshot()->problem->detail;
    }
    ASSERT_TRUE(desk_.device().open_app(emulator::AppId::baking));
    step();
    EXPECT_EQ(state(), "ready");
}

TEST_F(DeviceSessionTest, TheDashboardHasASentenceOfItsOwn) {
    make_ready();
    ASSERT_TRUE(desk_.device().open_app(emulator::AppId::dashboard));
    step();
    EXPECT_EQ(session_.snapshot()->problem->code, make_error_code(apdu::Errc::no_app_open));
    ASSERT_TRUE(desk_.device().open_app(emulator::AppId::wallet));
    step();
    EXPECT_EQ(session_.snapshot()->problem->code, make_error_code(apdu::Errc::wrong_app));
    EXPECT_EQ(states_, (std::vector<std::string>{"ready", "wrong_app", "wrong_app"}))
        << "each reason is told";
}

TEST_F(DeviceSessionTest, WhyADeviceIsNotOpenedIsToldOnceForEachReason) {
    using driver::Errc;
    std::vector<std::string> expected;
    for (const auto& [code, state_then] : {std::pair(Errc::device_busy, "device_busy"),
                                           std::pair(Errc::several_devices, "several_devices"),
                                           std::pair(Errc::bootloader, "bootloader"),
                                           std::pair(Errc::unknown_product, "unknown_product"),
                                           std::pair(Errc::permission_denied, "permission_denied"),
                                           std::pair(Errc::no_hid_driver, "no_hid_driver"),
                                           std::pair(Errc::no_device, "absent")}) {
        desk_.refuse_opening(fail(code, "why"));
        for (int i = 0; i < 4; ++i) {
            step();
        }
        EXPECT_EQ(state(), state_then);
        EXPECT_EQ(session_.snapshot()->refusal().code, make_error_code(code));
        expected.emplace_back(state_then);
    }
    EXPECT_EQ(states_, expected);
    desk_.refuse_opening(std::nullopt);
    make_ready();
}

TEST_F(DeviceSessionTest, AnotherHolderOfABusyDeviceIsAnotherReason) {
    for (const auto* holder : {"octez-signer, process 7", "ledgerctl, process 8"}) {
        desk_.refuse_opening(fail(driver::Errc::device_busy, holder));
        step();
        step();
    }
    EXPECT_EQ(states_, (std::vector<std::string>{"device_busy", "device_busy"}));
}

// udev's rules give a node its rights a moment after it came.
TEST_F(DeviceSessionTest, MissingRightsAreBelievedTheSecondTime) {
    desk_.unplug();
    step();
    desk_.plug();
    for (const auto code : {driver::Errc::no_hid_driver, driver::Errc::permission_denied}) {
        desk_.refuse_opening(fail(code));
        step();
        EXPECT_EQ(state(), "absent");
    }
    step();
    EXPECT_EQ(state(), "permission_denied");
}

TEST_F(DeviceSessionTest, ALostDeviceIsLookedForQuicklyThenCalledAbsent) {
    make_ready();
    desk_.unplug();
    step();
    EXPECT_EQ(state(), "lost");
    const auto lost_at = desk_.clock().now();
    int tries = 0;
    while (state() == "lost") {
        step();
        ++tries;
    }
    EXPECT_EQ(state(), "absent");
    EXPECT_GE(desk_.clock().now() - lost_at, std::chrono::seconds{2});
    EXPECT_GT(tries, 10);
    EXPECT_TRUE(session_.snapshot()->facts) << "what it was stays known";
    desk_.plug();
    step();
    EXPECT_EQ(state(), "ready");
}

TEST_F(DeviceSessionTest, AfterALostAnswerItIsPromptingUntilTheDeviceSaysHowItIs) {
    make_ready();
    std::vector<std::uint32_t> told;
    session_.when_identified([&told](const DeviceFacts& facts) {
        told.push_back(facts.marks.main.level.value);
        return told.size() == 2;
    });
    desk_.device().exchange(*from_hex("8006000004000000c8"));  // RESET to level 200
    session_.answer_lost();
    for (int steps = 0; steps < 3; ++steps) {
        EXPECT_EQ(state(), "prompting");
        EXPECT_FALSE(session_.can_wait()) << "a request is refused at once";
        step();
    }
    EXPECT_TRUE(told.empty());
    desk_.accept_prompt();
    step();
    EXPECT_EQ(state(), "ready");
    EXPECT_TRUE(session_.snapshot()->alarm.empty()) << "it was we who moved the mark";
    for (int times = 0; times < 3; ++times) {
        session_.identify_again();
        step();
    }
    EXPECT_EQ(told, (std::vector<std::uint32_t>{200, 200})) << "until it was the one waited for";
}

TEST_F(DeviceSessionTest, SilenceMeansAPromptAndItsLateAnswerIsNotTakenForAnother) {
    desk_.authorise(100);
    // Another host asked for SETUP and left.
    desk_.device().exchange(
        *from_hex("800a00001d7a06a770000001f400000032048000002c800006c18000000080000000"));
    step();
    EXPECT_EQ(state(), "prompting");
    step();
    EXPECT_EQ(state(), "prompting");
    desk_.accept_prompt();
    step();
    EXPECT_EQ(state(), "ready");
    EXPECT_EQ(session_.snapshot()->facts->marks.main.level.value, 500U);
}

TEST_F(DeviceSessionTest, APowerCutBringsItBackByItself) {
    make_ready();
    desk_.unplug();
    step();
    desk_.device().power_cycle(emulator::AppId::baking);
    desk_.plug();
    ASSERT_TRUE(wait_until_ready(std::chrono::seconds{1}));
    EXPECT_EQ(state(), "ready");
}

TEST_F(DeviceSessionTest, WaitingIsWorthwhileDuringTheGraceAlone) {
    make_ready();
    desk_.unplug();
    step();
    const auto before = desk_.clock().now();
    const auto result = wait_until_ready(std::chrono::seconds{30});
    ASSERT_FALSE(result);
    EXPECT_LT(desk_.clock().now() - before, std::chrono::seconds{4});
}

TEST_F(DeviceSessionTest, WaitingEndsWithTheDeadline) {
    make_ready();
    desk_.unplug();
    step();
    const auto result = wait_until_ready(std::chrono::milliseconds{500});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(Errc::deadline_passed));
}

TEST_F(DeviceSessionTest, StatesThatNeedAPersonAreAnsweredAtOnce) {
    make_ready();
    desk_.device().lock();
    step();
    const auto before = desk_.clock().now();
    EXPECT_FALSE(wait_until_ready(std::chrono::seconds{30}));
    EXPECT_EQ(desk_.clock().now(), before);
}

TEST_F(DeviceSessionTest, AnAppThatIsNotWellIsNotReadyAndNotReopenedInAHurry) {
    make_ready();
    desk_.answer_always(0x6f00);
    step();
    EXPECT_NE(state(), "ready");
    const auto start = desk_.clock().now();
    while (desk_.clock().now() - start < std::chrono::seconds{10}) {
        step();
    }
    EXPECT_EQ(state(), "app_crashed") << "the grace began with the first loss";
    EXPECT_NE(session_.snapshot()->problem->text().find("6f00"), std::string::npos);
    EXPECT_FALSE(wait_until_ready(std::chrono::seconds{30}));
    const auto told = states_.size();
    for (int i = 0; i < 10; ++i) {
        step();
    }
    EXPECT_EQ(states_.size(), told) << "a fact is told once";
    desk_.answer_always(std::nullopt);
    step();
    EXPECT_EQ(state(), "ready");
}

TEST_F(DeviceSessionTest, CancelEndsEveryLaterExchange) {
    make_ready();
    session_.cancel();
    step();
    EXPECT_EQ(state(), "lost");
    step();
    EXPECT_NE(state(), "ready") << "a stopped session does not come back";
}

}  // namespace
}  // namespace ledger_bridge::daemon::test
