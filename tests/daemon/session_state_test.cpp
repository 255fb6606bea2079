// Which states wait, which serve, and what an error says about the device.
#include "daemon/session_state.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr Duration kGrace = std::chrono::seconds{2};

SessionSnapshot in_state(SessionState state) {
    return {.device = "tcp://127.0.0.1:9999",
            .state = state,
            .since = TimePoint{},
            .problem = std::nullopt,
            .facts = std::nullopt};
}

TEST(SessionState, OnlyReadyAndBusyServe) {
    for (int i = 0; i < kSessionStates; ++i) {
        const auto state = static_cast<SessionState>(i);
        const bool serving = state_name(state) == "ready" || state_name(state) == "busy";
        EXPECT_EQ(in_state(state).serves(), serving) << state_name(state);
    }
}

TEST(SessionState, RequestsWaitOnlyWhereNoPersonIsNeeded) {
    for (const auto state : {SessionState::opening,
                             SessionState::identifying,
                             SessionState::ready,
                             SessionState::busy}) {
        EXPECT_TRUE(in_state(state).ends_by_itself(TimePoint{} + std::chrono::hours{1}, kGrace));
    }
    for (const auto state : {SessionState::absent,
                             SessionState::wrong_app,
                             SessionState::locked,
                             SessionState::unauthorised,
                             SessionState::prompting,
                             SessionState::permission_denied,
                             SessionState::device_busy,
                             SessionState::several_devices,
                             SessionState::no_hid_driver,
                             SessionState::bootloader,
                             SessionState::unknown_product,
                             SessionState::app_crashed}) {
        EXPECT_FALSE(in_state(state).ends_by_itself(TimePoint{}, kGrace)) << state_name(state);
    }
}

TEST(SessionState, AnIdentificationThatSomethingIsInTheWayOfIsNotWaitedFor) {
    auto session = in_state(SessionState::identifying);
    session.problem = fail(Errc::store_not_ready);
    EXPECT_FALSE(session.ends_by_itself(TimePoint{}, kGrace));
}

TEST(SessionState, ALostDeviceIsWaitedForDuringTheGraceAlone) {
    const auto lost = in_state(SessionState::lost);
    EXPECT_TRUE(lost.ends_by_itself(TimePoint{} + kGrace - Duration{1}, kGrace));
    EXPECT_FALSE(lost.ends_by_itself(TimePoint{} + kGrace, kGrace));
}

TEST(SessionState, EveryRefusalHasARowForPeople) {
    for (int i = 0; i < kSessionStates; ++i) {
        const auto refusal = in_state(static_cast<SessionState>(i)).refusal();
        EXPECT_NE(error_row(refusal.code), nullptr) << i;
    }
}

TEST(SessionState, ErrorsSayWhatBecameOfTheDevice) {
    using apdu::StatusWord;
    EXPECT_EQ(state_after(fail(StatusWord::locked)), SessionState::locked);
    EXPECT_EQ(state_after(fail(StatusWord::unknown_class)), SessionState::wrong_app);
    EXPECT_EQ(state_after(fail(StatusWord::unknown_instruction)), SessionState::wrong_app);
    EXPECT_EQ(state_after(fail(apdu::Errc::wrong_app)), SessionState::wrong_app);
    EXPECT_EQ(state_after(fail(apdu::Errc::no_app_open)), SessionState::wrong_app);
    EXPECT_EQ(state_after(fail(StatusWord::unauthorised)), SessionState::unauthorised);
    EXPECT_EQ(state_after(fail(driver::Errc::timed_out)), SessionState::lost);
    EXPECT_EQ(state_after(fail(driver::Errc::disconnected)), SessionState::lost);
    EXPECT_EQ(state_after(fail(driver::Errc::bad_frame)), SessionState::lost);
    EXPECT_EQ(state_after(fail(apdu::Errc::malformed_answer)), SessionState::lost);
    EXPECT_EQ(state_after(fail(StatusWord::watermark_or_bad_data)), std::nullopt);
    EXPECT_EQ(state_after(fail(StatusWord::parse_error)), std::nullopt);
    EXPECT_EQ(state_after(fail(StatusWord::refused_by_user)), std::nullopt);
}

TEST(SessionState, EveryWayNotToBeOpenedHasAStateOfItsOwn) {
    using enum SessionState;
    EXPECT_EQ(state_after_opening(fail(driver::Errc::no_device)), absent);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::disconnected)), absent);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::timed_out)), absent);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::permission_denied)), permission_denied);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::device_busy)), device_busy);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::several_devices)), several_devices);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::no_hid_driver)), no_hid_driver);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::bootloader)), bootloader);
    EXPECT_EQ(state_after_opening(fail(driver::Errc::unknown_product)), unknown_product);
    EXPECT_EQ(state_after_opening(fail(apdu::StatusWord::locked)), locked);
    EXPECT_EQ(state_after_opening(fail(apdu::Errc::wrong_app)), wrong_app);
    EXPECT_EQ(state_after_opening(fail(apdu::Errc::no_app_open)), wrong_app);
    EXPECT_EQ(state_after_opening(fail(Errc::prompting)), prompting);
    EXPECT_EQ(state_after_opening(fail(static_cast<apdu::StatusWord>(0x6f00))), app_crashed);
}

// Scripts match these.
TEST(SessionState, HasTheNamesThatScriptsKnow) {
    std::string names;
    for (int i = 0; i < kSessionStates; ++i) {
        names += std::string(state_name(static_cast<SessionState>(i))) + " ";
    }
    EXPECT_EQ(names,
              "absent opening identifying wrong_app locked unauthorised prompting ready busy lost "
              "permission_denied device_busy several_devices no_hid_driver bootloader "
              "unknown_product app_crashed ");
}

}  // namespace
}  // namespace ledger_bridge::daemon
