// Places: never more than the limits say, never fewer, and every one is given back once.
#include "daemon/net/client_limit.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "daemon/net/admission.hpp"
#include "tests/floor/random_seed.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr std::size_t kAll = 7;
constexpr std::size_t kEach = 3;

// Who has a place, in no order: a second statement of the rule.
class Held {
public:
    [[nodiscard]] bool may_take(const std::string& client) const {
        const auto of_client =
            std::count_if(places_.begin(), places_.end(), [&client](const auto& place) {
                return place->client() == client;
            });
        return places_.size() < kAll && static_cast<std::size_t>(of_client) < kEach;
    }
    void add(ClientLimit::Place place) {
        places_.push_back(std::make_unique<ClientLimit::Place>(std::move(place)));
    }
    void drop(std::size_t number) {
        if (!places_.empty()) {
            places_.erase(places_.begin() + static_cast<long>(number % places_.size()));
        }
    }
    [[nodiscard]] std::size_t size() const { return places_.size(); }

private:
    std::vector<std::unique_ptr<ClientLimit::Place>> places_;
};

TEST(ClientLimitTest, WhateverComesAndGoesTheLimitsHoldAndNoMore) {
    const auto seed = floor::test::random_seed();
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    ClientLimit limit(kAll, kEach);
    Held held;
    int refused = 0;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 3 == 0) {
            held.drop(random());
        } else {
            const std::string client(1, static_cast<char>('a' + random() % 5));
            auto place = limit.take(client);
            ASSERT_EQ(place.has_value(), held.may_take(client)) << "seed " << seed;
            if (place) {
                held.add(std::move(*place));
            } else {
                ++refused;
            }
        }
        ASSERT_EQ(limit.taken(), held.size()) << "seed " << seed;
    }
    EXPECT_GT(refused, 1000) << "seed " << seed;
}

TEST(ClientLimitTest, TheErrorSaysWhoseLimitItIs) {
    ClientLimit limit(2, 1);
    const auto first = limit.take("10.0.0.1");
    const auto refused = limit.take("10.0.0.1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(Errc::too_many_connections));
    EXPECT_EQ(refused.error().detail, "1 of 10.0.0.1");
    const auto second = limit.take("10.0.0.2");
    EXPECT_EQ(limit.take("10.0.0.3").error().detail, "2 in all");
}

TEST(ClientLimitTest, APlaceIsGivenBackOnce) {
    ClientLimit limit(1, 1);
    auto place = limit.take("10.0.0.1");
    place->give_back();
    EXPECT_EQ(place->client(), "10.0.0.1");
    const auto next = limit.take("10.0.0.1");
    ASSERT_TRUE(next);
    place->give_back();
    EXPECT_FALSE(limit.take("10.0.0.1"));
}

// A connection as admit() sees it.
struct FakeConnection {
    std::string name;
    std::optional<ClientLimit::Place> place;
    std::optional<int> since;  // nothing: in work

    [[nodiscard]] std::optional<Waiting> waiting() const {
        return since ? std::optional(
                           Waiting{place->client(), TimePoint(std::chrono::seconds(*since))})
                     : std::nullopt;
    }
    void close() {
        place->give_back();
        name = "closed";
        since.reset();
    }
};

// Clients come one after the other; what has become of each connection.
class AdmissionTest : public testing::Test {
protected:
    bool admitted(const std::string& client, std::optional<int> since) {
        auto place = admit(limit_, connections_, client);
        if (place) {
            connections_.push_back(
                std::make_shared<FakeConnection>(FakeConnection{client, std::move(*place), since}));
        }
        return place.has_value();
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& connection : connections_) {
            names.push_back(connection->name);
        }
        return names;
    }

    ClientLimit limit_{kAll, kEach};
    std::vector<std::shared_ptr<FakeConnection>> connections_;
};

TEST_F(AdmissionTest, TheLongestSilentOfTheClientGoes) {
    EXPECT_TRUE(admitted("b", 0));
    EXPECT_TRUE(admitted("a", 5));
    EXPECT_TRUE(admitted("a", 3));
    EXPECT_TRUE(admitted("a", std::nullopt));
    EXPECT_TRUE(admitted("a", 9));
    EXPECT_EQ(names(), (std::vector<std::string>{"b", "a", "closed", "a", "a"}));
    EXPECT_EQ(limit_.taken(), 4U);
}

TEST_F(AdmissionTest, WhatIsInWorkIsNeverClosed) {
    for (std::size_t i = 0; i < kEach; ++i) {
        EXPECT_TRUE(admitted("a", std::nullopt));
    }
    EXPECT_FALSE(admitted("a", 1));
    EXPECT_TRUE(admitted("b", 1));
    EXPECT_EQ(names(), (std::vector<std::string>{"a", "a", "a", "b"}));
}

TEST_F(AdmissionTest, WhenAllPlacesAreTakenWhoeverHasMostMakesRoom) {
    for (const auto* client : {"c", "a", "a", "b", "b", "b"}) {
        EXPECT_TRUE(admitted(client, client[0] == 'c' ? 0 : 1));
    }
    EXPECT_TRUE(admitted("e", std::nullopt));
    EXPECT_TRUE(admitted("d", 2));
    EXPECT_EQ(names(), (std::vector<std::string>{"c", "a", "a", "closed", "b", "b", "e", "d"}));
    EXPECT_EQ(limit_.taken(), kAll);
}

TEST_F(AdmissionTest, WhenAllPlacesHaveWorkNobodyMakesRoom) {
    for (const auto* client : {"a", "a", "a", "b", "b", "b", "c"}) {
        EXPECT_TRUE(admitted(client, std::nullopt));
    }
    EXPECT_FALSE(admitted("d", 1));
    EXPECT_FALSE(admitted("c", 1));
}

// Any crowd, any share of it in work: who comes gets a place exactly when somebody who may make
// room for it is silent, and then nobody with work, and nobody with fewer places, lost one.
TEST_F(AdmissionTest, WhoComesIsLetInWheneverSomebodyIsSilent) {
    const auto seed = floor::test::random_seed();
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    for (int step = 0; step < 5000; ++step) {
        const std::string client(1, static_cast<char>('a' + random() % 5));
        std::map<std::string, std::size_t> held, silent;
        for (const auto& connection : connections_) {
            if (connection->name != "closed") {
                ++held[connection->name];
                silent[connection->name] += connection->since ? 1U : 0U;
            }
        }
        const bool full = held[client] == kEach;
        const bool room = !full && limit_.taken() < kAll;
        std::size_t most = 0;
        for (const auto& [name, count] : held) {
            most = silent[name] > 0 ? std::max(most, count) : most;
        }
        const auto came = admitted(
            client,
            random() % 2 == 0 ? std::optional(static_cast<int>(random() % 9)) : std::nullopt);
        ASSERT_EQ(came, room || (full ? silent[client] > 0 : most > 0)) << "seed " << seed;
        const auto now = names();
        for (const auto& [name, count] : held) {
            const auto left = static_cast<std::size_t>(std::count(now.begin(), now.end(), name));
            const bool lost = left < count + (came && name == client ? 1U : 0U);
            ASSERT_FALSE(lost && room) << "seed " << seed;
            ASSERT_FALSE(lost && (full ? name != client : count != most)) << "seed " << seed;
        }
        if (random() % 2 == 0 && !connections_.empty()) {
            connections_.erase(connections_.begin() +
                               static_cast<long>(random() % connections_.size()));
        }
    }
}

TEST(ClientLimitTest, APlaceMayOutliveTheLimit) {
    auto limit = std::make_unique<ClientLimit>(1, 1);
    const auto place = limit->take("10.0.0.1");
    limit.reset();
    EXPECT_EQ(place->client(), "10.0.0.1");
}

}  // namespace
}  // namespace ledger_bridge::daemon
