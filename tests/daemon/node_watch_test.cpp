#include "daemon/node_watch.hpp"

#include <gtest/gtest.h>

#include "daemon/node/errors.hpp"
#include "tests/daemon/watch_test.hpp"

namespace ledger_bridge::daemon {
namespace {

using std::chrono::seconds;

// A node that says what it is told to, at a clock that is moved by hand.
class NodeWatchTest : public test::WatchTest {
protected:
    void says(std::uint32_t level, int age = 0, const apdu::ChainId& chain = apdu::kMainnet) {
        answer_ = node::NodeHead{{level}, chain, seconds{age}};
        watch_.look();
    }
    void is_silent() {
        answer_ = fail(node::Errc::node_unreachable, "node");
        watch_.look();
    }
    [[nodiscard]] std::optional<std::uint32_t> level(
        const apdu::ChainId& chain = apdu::kMainnet) const {
        const auto head = watch_.head(chain);
        return head ? std::optional(head->level.value) : std::nullopt;
    }
    [[nodiscard]] std::string problem() const {
        const auto news = watch_.news();
        return news.problem ? news.problem->id() : "";
    }

    Result<node::NodeHead> answer_ = fail(node::Errc::node_unreachable);
    std::set<apdu::ChainId> chains_;
    std::stop_source stopped_;
    NodeWatch watch_{[this](const Deadline& deadline, const std::stop_token&) {
                         EXPECT_EQ(deadline.remaining(), seconds{5});
                         return answer_;
                     },
                     [this] { return chains_; },
                     seconds{6},
                     metrics_,
                     clock_};
};

TEST_F(NodeWatchTest, HasNoHeadBeforeItHasAsked) {
    EXPECT_FALSE(level());
    EXPECT_EQ(problem(), "");
    EXPECT_TRUE(measured("node_up 0"));
    EXPECT_TRUE(measured("node_head_level 0"));
}

TEST_F(NodeWatchTest, GivesTheLastHead) {
    says(5);
    says(6);
    EXPECT_EQ(level(), 6U);
    EXPECT_EQ(lines(""), 0);
    EXPECT_TRUE(measured("node_up 1"));
    EXPECT_TRUE(measured("node_head_level 6"));
}

TEST_F(NodeWatchTest, GivesItForItsChainAlone) {
    says(5);
    EXPECT_FALSE(level(apdu::kGhostnet));
}

TEST_F(NodeWatchTest, TheHeadGrowsOlderFromTheAgeThatItHad) {
    says(5, 40);
    clock_.advance(seconds{7});
    EXPECT_EQ(watch_.head(apdu::kMainnet)->age, seconds{47});
}

TEST_F(NodeWatchTest, AHeadCountsForTwoMinutesWhetherTheNodeIsBehindOrSilent) {
    for (const auto age : {0, 1, 60, 119, 120}) {
        says(5, age);
        EXPECT_EQ(level(), 5U) << age;
        clock_.advance(seconds{120 - age});
        is_silent();
        EXPECT_EQ(level(), 5U) << age;
        EXPECT_EQ(problem(), "") << age;
        EXPECT_TRUE(measured("node_up 0")) << "it does not answer";
        clock_.advance(seconds{1});
        EXPECT_FALSE(level()) << age;
        is_silent();
        EXPECT_EQ(problem(), "node_unreachable") << age;
    }
    says(5, 121);
    EXPECT_FALSE(level());
    EXPECT_EQ(problem(), "node_behind");
    EXPECT_TRUE(measured("node_up 0"));
    EXPECT_TRUE(measured("node_head_level 5"));
}

TEST_F(NodeWatchTest, ASlowChainsHeadCountsLonger) {
    NodeWatch slow([this](const Deadline&, const std::stop_token&) { return answer_; },
                   [this] { return chains_; },
                   seconds{30},
                   metrics_,
                   clock_);
    answer_ = node::NodeHead{{5}, apdu::kMainnet, seconds{600}};
    slow.look();
    EXPECT_TRUE(slow.head(apdu::kMainnet));
    clock_.advance(seconds{1});
    EXPECT_FALSE(slow.head(apdu::kMainnet));
}

TEST_F(NodeWatchTest, SaysOnceThatThereIsNoHeadHoweverTheReasonsChange) {
    is_silent();
    is_silent();
    says(5, 3600);
    EXPECT_EQ(lines("no head to hold a first signature to: the node cannot be reached (node)"), 1);
    EXPECT_EQ(lines(""), 1);
    says(5);
    says(6);
    EXPECT_EQ(lines("says again where its chain is: level 5 of mainnet"), 1);
    EXPECT_EQ(lines(""), 2);
}

TEST_F(NodeWatchTest, NamesTheChainsWhereTheNodeIsOnNoneOfThem) {
    chains_ = {apdu::kMainnet};
    says(5, 0, apdu::kGhostnet);
    EXPECT_EQ(problem(), "node_other_chain");
    EXPECT_EQ(lines("it is on ghostnet, and what is signed here is of mainnet"), 1);
    chains_.insert(apdu::kGhostnet);
    says(5, 0, apdu::kGhostnet);
    EXPECT_EQ(problem(), "");
}

TEST_F(NodeWatchTest, ComplainsOfNoChainWhileNoneIsKnown) {
    says(5, 0, apdu::kGhostnet);
    EXPECT_EQ(problem(), "");
}

TEST_F(NodeWatchTest, WhatIsStoppedChangesNothing) {
    says(5);
    stopped_.request_stop();
    answer_ = fail(node::Errc::node_unreachable);
    clock_.advance(seconds{600});
    watch_.look(stopped_.get_token());
    EXPECT_EQ(problem(), "");
    EXPECT_EQ(lines(""), 0);
}

}  // namespace
}  // namespace ledger_bridge::daemon
