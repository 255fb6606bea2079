// Which states wait, which serve, and what an error says about the device.
#include "daemon/session_state.hpp"

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
    for (int i = 0; i < 10; ++i) {
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
                             SessionState::prompting}) {
        EXPECT_FALSE(in_state(state).ends_by_itself(TimePoint{}, kGrace)) << state_name(state);
    }
}

TEST(SessionState, ALostDeviceIsWaitedForDuringTheGraceAlone) {
    const auto lost = in_state(SessionState::lost);
    EXPECT_TRUE(lost.ends_by_itself(TimePoint{} + kGrace - Duration{1}, kGrace));
    EXPECT_FALSE(lost.ends_by_itself(TimePoint{} + kGrace, kGrace));
}

TEST(SessionState, EveryRefusalHasARowForPeople) {
    for (int i = 0; i < 10; ++i) {
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
    EXPECT_EQ(state_after(fail(StatusWord::unauthorised)), SessionState::unauthorised);
    EXPECT_EQ(state_after(fail(driver::Errc::timed_out)), SessionState::lost);
    EXPECT_EQ(state_after(fail(driver::Errc::disconnected)), SessionState::lost);
    EXPECT_EQ(state_after(fail(driver::Errc::bad_frame)), SessionState::lost);
    EXPECT_EQ(state_after(fail(apdu::Errc::malformed_answer)), SessionState::lost);
    EXPECT_EQ(state_after(fail(StatusWord::watermark_or_bad_data)), std::nullopt);
    EXPECT_EQ(state_after(fail(StatusWord::parse_error)), std::nullopt);
    EXPECT_EQ(state_after(fail(StatusWord::refused_by_user)), std::nullopt);
}

}  // namespace
}  // namespace ledger_bridge::daemon
