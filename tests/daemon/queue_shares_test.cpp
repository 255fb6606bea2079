// Whatever one client sends, the others' requests are taken, and nobody's order changes.
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "daemon/device_queue.hpp"
#include "daemon/errors.hpp"
#include "tests/floor/random_seed.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr std::size_t kLimit = 6;
constexpr std::size_t kEach = 2;

struct Asked {
    std::string client;
    apdu::KeyKind key;
    std::uint8_t message;

    [[nodiscard]] bool same_bytes(const Asked& other) const {
        return key == other.key && message == other.message;
    }
};

class QueueSharesTest : public testing::Test {
protected:
    // "" when it is taken, else the error's id.
    std::string push(const Asked& asked) {
        const SignRequest request{.key = {.kind = asked.key, .hash = {}},
                                  .message = Bytes{0x13, asked.message},
                                  .received = clock_.now(),
                                  .deadline = Deadline(clock_, deadline_),
                                  .client = asked.client};
        const auto pushed = queue_.push(request, [](const Result<apdu::Signature>&) {});
        return pushed ? "" : pushed.error().id();
    }

    std::string push(const std::string& client, std::uint8_t message) {
        return push({client, apdu::KeyKind::tz1, message});
    }

    // The device takes the next request; nullptr when none waits.
    SignJobPointer next() {
        auto work = queue_.next(clock_.now());
        return work ? std::get<SignJobPointer>(*work) : nullptr;
    }

    SystemClock clock_;
    TimePoint deadline_ = clock_.now() + std::chrono::hours{1};
    DeviceQueue queue_{kLimit, kEach};
};

TEST_F(QueueSharesTest, AClientHasItsShareAndGetsItBackAsTheDeviceTakesRequests) {
    EXPECT_EQ(push("greedy", 1), "");
    EXPECT_EQ(push("greedy", 2), "");
    EXPECT_EQ(push("greedy", 3), "client_queue_full");
    EXPECT_EQ(push("baker", 3), "");
    ASSERT_NE(next(), nullptr);
    EXPECT_EQ(push("greedy", 4), "");
    EXPECT_EQ(push("greedy", 5), "client_queue_full");
}

TEST_F(QueueSharesTest, WhoJoinsTakesNobodysPlace) {
    EXPECT_EQ(push("greedy", 1), "");
    EXPECT_EQ(push("greedy", 2), "");
    for (int times = 0; times < 100; ++times) {
        ASSERT_EQ(push("greedy", 1), "");
        ASSERT_EQ(push("baker", 1), "");
    }
    EXPECT_EQ(push("baker", 3), "");
    EXPECT_EQ(push("baker", 4), "");
    EXPECT_EQ(push("baker", 5), "client_queue_full");
}

TEST_F(QueueSharesTest, WhatIsPastItsDeadlineIsNobodysShare) {
    deadline_ = clock_.now() - std::chrono::seconds{1};
    EXPECT_EQ(push("baker", 1), "");
    EXPECT_EQ(push("baker", 2), "");
    EXPECT_EQ(push("baker", 3), "");
}

TEST_F(QueueSharesTest, AFullQueueIsSaidToBeFull) {
    for (std::uint8_t message = 0; message < kLimit; ++message) {
        ASSERT_EQ(push("client " + std::to_string(message), message), "");
    }
    EXPECT_EQ(push("another", 99), "queue_full");
}

// A second statement of the rule, asked along with the queue.
TEST_F(QueueSharesTest, TheRuleHoldsWhateverIsSent) {
    const auto seed = floor::test::random_seed();
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    std::deque<Asked> waiting;
    std::optional<Asked> at_device;
    std::map<std::string, int> met;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 4 == 0) {
            queue_.done();
            const auto job = next();
            ASSERT_EQ(job != nullptr, !waiting.empty()) << "seed " << seed;
            at_device = waiting.empty() ? std::nullopt : std::optional(waiting.front());
            if (job != nullptr) {
                waiting.pop_front();
                ASSERT_EQ(job->request().message.back(), at_device->message) << "seed " << seed;
                ASSERT_EQ(job->request().key.kind, at_device->key) << "seed " << seed;
            }
            continue;
        }
        const Asked asked{.client = std::string(1, static_cast<char>('a' + random() % 5)),
                          .key = random() % 2 == 0 ? apdu::KeyKind::tz1 : apdu::KeyKind::tz2,
                          .message = static_cast<std::uint8_t>(random() % 100)};
        const auto same = [&asked](const Asked& one) { return one.same_bytes(asked); };
        const auto of_client = [&asked](const Asked& one) { return one.client == asked.client; };
        std::string expected;
        if ((at_device && same(*at_device)) || std::any_of(waiting.begin(), waiting.end(), same)) {
            ++met["joined"];
        } else if (std::count_if(waiting.begin(), waiting.end(), of_client) ==
                   static_cast<long>(kEach)) {
            expected = "client_queue_full";
        } else if (waiting.size() == kLimit) {
            expected = "queue_full";
        } else {
            waiting.push_back(asked);
        }
        ASSERT_EQ(push(asked), expected) << "seed " << seed << " step " << step;
        ++met[expected];
    }
    for (const auto* outcome : {"", "joined", "client_queue_full", "queue_full"}) {
        EXPECT_GT(met[outcome], 20) << outcome << " seed " << seed;
    }
}

// The promise itself: with room for all that the flood may hold and all that a baker asks for.
TEST_F(QueueSharesTest, ABakerIsTakenWhateverAnotherClientDoes) {
    const auto seed = floor::test::random_seed();
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    std::uint8_t flood = 0;
    std::deque<std::uint8_t> asked;
    std::uint8_t message = 128;
    for (int step = 0; step < 5000; ++step) {
        for (auto times = random() % 10; times > 0; --times) {
            static_cast<void>(push("greedy", flood++ % 100));
        }
        if (asked.size() < kEach) {
            message = message == 255 ? 128 : static_cast<std::uint8_t>(message + 1);
            ASSERT_EQ(push("baker", message), "") << "seed " << seed;
            asked.push_back(message);
        }
        const auto job = next();
        if (job->request().client == "baker") {
            ASSERT_EQ(job->request().message.back(), asked.front()) << "seed " << seed;
            asked.pop_front();
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::daemon
