// What the log says of a device: each change of state or reason once, none twice.
#include "daemon/state_news.hpp"

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

SessionSnapshot in(SessionState state, std::optional<Error> problem = std::nullopt) {
    SessionSnapshot session;
    session.state = state;
    session.problem = std::move(problem);
    return session;
}

TEST(StateNews, SaysEachStateOnceWhileItLasts) {
    for (int i = 0; i < kSessionStates; ++i) {
        StateNews news;
        EXPECT_TRUE(news.is_news(in(static_cast<SessionState>(i)))) << i;
        EXPECT_FALSE(news.is_news(in(static_cast<SessionState>(i)))) << i;
    }
}

TEST(StateNews, ASignatureIsNone) {
    StateNews news;
    EXPECT_TRUE(news.is_news(in(SessionState::ready)));
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(news.is_news(in(SessionState::busy)));
        EXPECT_FALSE(news.is_news(in(SessionState::ready)));
    }
}

TEST(StateNews, AnotherReasonOfTheSameStateIsSaid) {
    StateNews news;
    EXPECT_TRUE(news.is_news(in(SessionState::wrong_app, fail(Errc::wrong_app, "'Bitcoin'"))));
    EXPECT_TRUE(news.is_news(in(SessionState::wrong_app, fail(Errc::wrong_app, "'Ethereum'"))));
    EXPECT_FALSE(news.is_news(in(SessionState::wrong_app, fail(Errc::wrong_app, "'Ethereum'"))));
    const auto busy = [](const char* who) {
        return in(SessionState::device_busy, fail(driver::Errc::device_busy, who));
    };
    EXPECT_TRUE(news.is_news(busy("octez-signer, process 7")));
    EXPECT_TRUE(news.is_news(busy("ledgerctl, process 8")));
}

TEST(StateNews, LooksInVainAtADeviceInTroubleAreNone) {
    StateNews news;
    EXPECT_TRUE(news.is_news(in(SessionState::lost, fail(driver::Errc::disconnected, "read"))));
    for (const auto* words : {"write", "read", "report 1 of 1"}) {
        EXPECT_FALSE(news.is_news(in(SessionState::identifying)));
        EXPECT_FALSE(news.is_news(in(SessionState::lost, fail(driver::Errc::disconnected, words))));
    }
    EXPECT_TRUE(news.is_news(in(SessionState::absent, fail(driver::Errc::no_device))));
    EXPECT_FALSE(news.is_news(in(SessionState::opening)));
    EXPECT_TRUE(news.is_news(in(SessionState::ready)));
    EXPECT_TRUE(news.is_news(in(SessionState::identifying))) << "it was serving";
}

}  // namespace
}  // namespace ledger_bridge::daemon
