// The queue in front of a device: order, limits, sharing, and no request without an answer.
#include "daemon/device_queue.hpp"

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

class DeviceQueueTest : public testing::Test {
protected:
    SignRequest request(std::uint8_t message, int deadline_seconds = 4) const {
        return {.key = {},
                .message = Bytes{0x13, message},
                .received = clock_.now(),
                .deadline = Deadline(clock_, start_ + std::chrono::seconds{deadline_seconds})};
    }

    // Remembers every answer as "<name>:<error id or ok>".
    SignCompletion remember(const std::string& name) {
        return [this, name](const Result<apdu::Signature>& result) {
            answers_.push_back(name + ":" + (result ? "ok" : result.error().id()));
        };
    }

    SignJobPointer next_job() {
        auto work = queue_.next(start_);
        return work ? std::get<SignJobPointer>(*work) : nullptr;
    }

    SystemClock clock_;
    TimePoint start_ = clock_.now();
    std::vector<std::string> answers_;
    DeviceQueue queue_{2, 3};
};

TEST_F(DeviceQueueTest, GivesRequestsInTheOrderTheyCame) {
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    ASSERT_TRUE(queue_.push(request(2), remember("second")));
    EXPECT_EQ(next_job()->request().message.back(), 1);
    EXPECT_EQ(next_job()->request().message.back(), 2);
    EXPECT_EQ(next_job(), nullptr);
}

TEST_F(DeviceQueueTest, IdenticalRequestsShareOneJobAndAllAreAnswered) {
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    ASSERT_TRUE(queue_.push(request(1), remember("twin")));
    const auto job = next_job();
    ASSERT_TRUE(queue_.push(request(1), remember("while signing")));
    EXPECT_EQ(next_job(), nullptr);
    job->finish(apdu::Signature{});
    EXPECT_EQ(answers_, (std::vector<std::string>{"first:ok", "twin:ok", "while signing:ok"}));
}

TEST_F(DeviceQueueTest, JoinsWhatWaitsOrIsBeingSignedAndQueuesNothing) {
    EXPECT_FALSE(queue_.join(request(1), remember("too early")));
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    EXPECT_TRUE(queue_.join(request(1), remember("while it waits")));
    EXPECT_FALSE(queue_.join(request(2), remember("another")));
    const auto job = next_job();
    EXPECT_TRUE(queue_.join(request(1), remember("while signing")));
    job->finish(apdu::Signature{});
    EXPECT_FALSE(queue_.join(request(1), remember("answered")));
    EXPECT_EQ(next_job(), nullptr);
    EXPECT_EQ(answers_,
              (std::vector<std::string>{"first:ok", "while it waits:ok", "while signing:ok"}));
}

TEST_F(DeviceQueueTest, AStoppedQueueLetsNobodyJoin) {
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    queue_.stop();
    EXPECT_FALSE(queue_.join(request(1), remember("late")));
    EXPECT_EQ(answers_, std::vector<std::string>{});
}

TEST_F(DeviceQueueTest, WhatIsNotAdmittedIsNotQueued) {
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    const auto refused =
        queue_.push(request(1), remember("twin"), [] { return fail(Errc::prompting); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::prompting));
    next_job()->finish(apdu::Signature{});
    EXPECT_EQ(answers_, std::vector<std::string>{"first:ok"});
}

// Somebody opens a prompt and refuses whoever waits, just when another request was let in.
TEST_F(DeviceQueueTest, WhatWasAdmittedIsQueuedBeforeAnybodyRefusesWhatWaits) {
    std::future<void> refusal;
    const auto admit = [&] {
        refusal =
            std::async(std::launch::async, [&] { queue_.refuse_waiting(fail(Errc::prompting)); });
        EXPECT_EQ(refusal.wait_for(std::chrono::milliseconds{50}), std::future_status::timeout);
        return Result<void>();
    };
    ASSERT_TRUE(queue_.push(request(1), remember("first"), admit));
    refusal.get();
    EXPECT_EQ(answers_, std::vector<std::string>{"first:prompting"});
    EXPECT_EQ(queue_.waiting(), 0U);
}

TEST_F(DeviceQueueTest, RequestsForAnotherKeyAreNotShared) {
    auto other = request(1);
    other.key.kind = apdu::KeyKind::tz2;
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    ASSERT_TRUE(queue_.push(other, remember("other")));
    EXPECT_EQ(queue_.waiting(), 2U);
}

TEST_F(DeviceQueueTest, HoldsAKeyFromTheFirstOfItsRequestsToTheAnswerOfTheLast) {
    apdu::KeyHash other;
    other.kind = apdu::KeyKind::tz2;
    EXPECT_FALSE(queue_.holds({}));
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    EXPECT_TRUE(queue_.holds({}));
    EXPECT_FALSE(queue_.holds(other));
    const auto job = next_job();
    EXPECT_TRUE(queue_.holds({})) << "while it is signed";
    job->finish(apdu::Signature{});
    queue_.done();
    EXPECT_FALSE(queue_.holds({}));
}

TEST_F(DeviceQueueTest, HoldsNoKeyForWhomNobodyWaitsAnyMore) {
    ASSERT_TRUE(queue_.push(request(1, -1), remember("in progress")));
    ASSERT_NE(next_job(), nullptr);
    ASSERT_TRUE(queue_.push(request(2, -1), remember("waiting")));
    EXPECT_FALSE(queue_.holds({}));
}

TEST_F(DeviceQueueTest, AnAnsweredJobIsNotJoined) {
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    next_job()->finish(apdu::Signature{});
    ASSERT_TRUE(queue_.push(request(1), remember("late")));
    EXPECT_NE(next_job(), nullptr);
}

TEST_F(DeviceQueueTest, ASharedJobLivesUntilTheLatestDeadline) {
    ASSERT_TRUE(queue_.push(request(1, 4), remember("first")));
    ASSERT_TRUE(queue_.push(request(1, 9), remember("later")));
    ASSERT_TRUE(queue_.push(request(1, 5), remember("between")));
    EXPECT_EQ(next_job()->deadline().at(), start_ + std::chrono::seconds{9});
}

TEST_F(DeviceQueueTest, RefusesMoreThanItsLimitButStillShares) {
    ASSERT_TRUE(queue_.push(request(1), remember("1")));
    ASSERT_TRUE(queue_.push(request(2), remember("2")));
    const auto refused = queue_.push(request(3), remember("3"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::queue_full));
    EXPECT_TRUE(queue_.push(request(2), remember("2 again")));
    EXPECT_TRUE(answers_.empty());
}

TEST_F(DeviceQueueTest, RequestsPastTheirDeadlineTakeNoPlace) {
    ASSERT_TRUE(queue_.push(request(1, -1), remember("late")));
    ASSERT_TRUE(queue_.push(request(2, -1), remember("late too")));
    ASSERT_TRUE(queue_.push(request(3), remember("in time")));
    EXPECT_EQ(answers_,
              (std::vector<std::string>{"late:deadline_passed", "late too:deadline_passed"}));
    EXPECT_EQ(next_job()->request().message.back(), 3);
}

TEST_F(DeviceQueueTest, WakingEndsOneWait) {
    queue_.wake();
    EXPECT_EQ(queue_.next(start_ + std::chrono::hours{1}), std::nullopt);
    queue_.wake();
    queue_.pause(start_ + std::chrono::hours{1});  // returns at once
}

TEST_F(DeviceQueueTest, RefusingTheWaitingLeavesOperationsAndTheOneInProgress) {
    ASSERT_TRUE(queue_.push(request(1), remember("in progress")));
    const auto job = next_job();
    ASSERT_TRUE(queue_.push(request(2), remember("waiting")));
    ASSERT_TRUE(queue_.push(DeviceOperation([] {})));
    queue_.refuse_waiting(fail(Errc::prompting));
    EXPECT_EQ(answers_, std::vector<std::string>{"waiting:prompting"});
    const auto work = queue_.next(start_);
    ASSERT_TRUE(work.has_value());
    EXPECT_TRUE(std::holds_alternative<DeviceOperation>(*work));
}

TEST_F(DeviceQueueTest, AStoppedQueueTakesAndGivesNothing) {
    ASSERT_TRUE(queue_.push(request(1), remember("first")));
    queue_.stop();
    EXPECT_EQ(next_job(), nullptr);
    EXPECT_FALSE(queue_.push(request(2), remember("second")));
    EXPECT_FALSE(queue_.push(DeviceOperation([] {})));
    queue_.pause(start_ + std::chrono::hours{1});  // returns at once
    queue_.refuse_waiting(fail(Errc::stopping));
    EXPECT_EQ(answers_, std::vector<std::string>{"first:stopping"});
}

TEST(SignJobTest, AnswersOnlyOnce) {
    SystemClock clock;
    int answers = 0;
    SignJob job({.key = {},
                 .message = {0x13},
                 .received = clock.now(),
                 .deadline = Deadline(clock, clock.now())},
                [&answers](const Result<apdu::Signature>&) { ++answers; });
    job.finish(apdu::Signature{});
    job.finish(fail(Errc::stopping));
    EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace ledger_bridge::daemon
