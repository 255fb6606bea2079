// Limits of size, number and time, with small values so that nothing waits long.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/http/http_server.hpp"
#include "tests/daemon/http_client.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto kSoon = 30ms;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string post(std::size_t size) {
    return "POST / HTTP/1.1\r\ncontent-length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'x');
}

TEST(HttpLimits, ABodyOfTheLimitIsTakenAndOneByteMoreIs413) {
    ServerThread server({.body = 1000}, echo);
    auto client = server.connect();
    client.send(post(1000));
    EXPECT_EQ(client.read_answer(), ok("POST / " + std::string(1000, 'x')));
    client.send(post(1001));
    const auto answer = client.read_all();
    EXPECT_TRUE(contains(answer, "HTTP/1.1 413 Payload Too Large\r\n")) << answer;
    EXPECT_TRUE(contains(answer, "\"kind\":\"temporary\",\"id\":\"failure\"")) << answer;
    EXPECT_TRUE(contains(answer, "Connection: close\r\n")) << answer;
}

TEST(HttpLimits, ChunksTogetherMayNotPassTheLimit) {
    ServerThread server({.body = 1000}, echo);
    auto client = server.connect();
    client.send("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; ++i) {
        client.send("64\r\n" + std::string(100, 'x') + "\r\n");
    }
    EXPECT_TRUE(contains(client.read_all(), "HTTP/1.1 413 "));
}

// A request whose header, request line and last empty line included, has that many bytes.
std::string with_header(std::size_t size) {
    const std::string before = "GET / HTTP/1.1\r\na: ";
    const std::string after = "\r\n\r\n";
    return before + std::string(size - before.size() - after.size(), 'x') + after;
}

TEST(HttpLimits, AHeaderOfTheLimitIsTakenAndOneByteMoreIs431) {
    ServerThread server({.header = 1000}, echo);
    auto client = server.connect();
    client.send(with_header(1000));
    EXPECT_EQ(client.read_answer(), ok("GET / "));
    client.send(with_header(1001));
    EXPECT_TRUE(contains(client.read_all(), "HTTP/1.1 431 "));
}

TEST(HttpLimits, LongLinesAre431BeforeTheyEnd) {
    ServerThread server({.header = 1000}, echo);
    for (const auto& request :
         {"GET /" + std::string(100'000, 'x'), "GET / HTTP/1.1\r\n" + std::string(100'000, 'x')}) {
        auto client = server.connect();
        client.send(request);
        const auto answer = client.read_all();
        EXPECT_TRUE(contains(answer, "HTTP/1.1 431 ")) << answer;
    }
}

TEST(HttpLimits, ASlowHeaderIs408) {
    ServerThread server({.header_time = kSoon}, echo);
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\n");
    EXPECT_TRUE(contains(client.read_all(), "HTTP/1.1 408 "));
}

TEST(HttpLimits, ASlowBodyIs408) {
    ServerThread server({.body_time = kSoon}, echo);
    auto client = server.connect();
    client.send("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab");
    EXPECT_TRUE(contains(client.read_all(), "HTTP/1.1 408 "));
}

TEST(HttpLimits, IdleConnectionsAreClosedWithoutAWord) {
    ServerThread server({.idle_time = kSoon}, echo);
    auto silent = server.connect();
    EXPECT_EQ(silent.read_all(), "");
    // On a machine that is busy the time is over before anything is sent, now and then.
    std::string answer;
    for (int i = 0; i < 50 && (answer.empty() || answer == "(reset)"); ++i) {
        auto served = server.connect();
        served.send("GET / HTTP/1.1\r\n\r\n");
        answer = served.read_all();
    }
    EXPECT_EQ(answer, ok("GET / "));
}

TEST(HttpLimits, AHandlerMayTakeLongerThanEveryOtherTime) {
    std::vector<Respond> waiting;
    ServerThread server(
        {.header_time = 1ms, .body_time = 1ms, .idle_time = 2s},
        [&waiting](const HttpRequest&, Respond respond) { waiting.push_back(std::move(respond)); });
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\n\r\n");
    auto silent = server.connect();
    EXPECT_EQ(silent.read_all(), "");
    std::size_t arrived = 0;
    server.run([&](HttpServer&) { arrived = waiting.size(); });
    ASSERT_EQ(arrived, 1U);
    server.run([&waiting](HttpServer&) { waiting.front()({.body = "late"}); });
    EXPECT_EQ(client.read_answer(), ok("late"));
    server.run([&waiting](HttpServer&) { waiting.clear(); });
}

TEST(HttpLimits, AClientThatNeverReadsIsDropped) {
    ServerThread server({.write_time = kSoon}, [](const HttpRequest&, const Respond& respond) {
        std::string more_than_the_socket_holds;
        more_than_the_socket_holds.resize(20'000'000, 'x');
        respond({.body = std::move(more_than_the_socket_holds)});
    });
    const auto client = server.connect();
    client.send("GET / HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(server.wait_for_connections(0));
}

TEST(HttpLimits, AClientThatNeverClosesIsDroppedAfterTheLastAnswer) {
    ServerThread server({.linger_time = kSoon}, echo);
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\nconnection: close\r\n\r\n");
    EXPECT_TRUE(contains(client.read_answer(), "HTTP/1.1 200 "));
    EXPECT_TRUE(server.wait_for_connections(0));
}

// A server with requests in work, as many as it has places.
class FullServer {
public:
    explicit FullServer(std::size_t places, Duration linger = kSoon)
        : server_({.connections = places, .linger_time = linger},
                  [this](const HttpRequest&, Respond respond) {
                      waiting_.push_back(std::move(respond));
                  }) {
        for (std::size_t i = 0; i < places; ++i) {
            clients_.push_back(server_.connect());
            clients_.back().send("GET / HTTP/1.1\r\n\r\n");
            while (in_work() <= i) {
            }
        }
    }

    ServerThread& server() { return server_; }
    RawClient& client(std::size_t number) { return clients_.at(number); }
    std::size_t in_work() {
        std::size_t count = 0;
        server_.run([this, &count](HttpServer&) { count = waiting_.size(); });
        return count;
    }
    void answer() {
        server_.run([this](HttpServer&) {
            for (const auto& respond : waiting_) {
                respond({.body = "late"});
            }
            waiting_.clear();
        });
    }

private:
    std::vector<Respond> waiting_;
    ServerThread server_;
    std::vector<RawClient> clients_;
};

TEST(HttpLimits, WhenAllAreInWorkAConnectionTooManyIs503AndThePlacesComeBack) {
    FullServer full(2);
    auto refused = full.server().connect();
    refused.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(contains(refused.read_all(), "HTTP/1.1 503 Service Unavailable\r\n"));
    full.answer();
    EXPECT_EQ(full.client(0).read_answer(), ok("late"));
    EXPECT_EQ(full.client(1).read_answer(), ok("late"));
    auto client = full.server().connect();
    client.send("GET / HTTP/1.1\r\n\r\n");
    while (full.in_work() == 0) {
    }
    full.answer();
    EXPECT_EQ(client.read_answer(), ok("late"));
}

TEST(HttpLimits, FarTooManyConnectionsAreClosedAtOnce) {
    FullServer full(1, 10s);  // those that are told why not keep their places
    std::vector<RawClient> clients;
    clients.reserve(100);
    for (int i = 0; i < 100; ++i) {
        clients.push_back(full.server().connect());
    }
    ASSERT_EQ(clients.back().read_all(), "");
    EXPECT_LE(full.server().connections(), 33U);
    full.answer();
}

TEST(HttpLimits, TheConnectionThatWaitedLongestMakesRoomForAnother) {
    ServerThread server({.connections = 2}, echo);
    for (const std::string_view before : {"",
                                          "GE",
                                          "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nx",
                                          "GET / HTTP/1.1\r\nconnection: close\r\n\r\n"}) {
        auto longest = server.connect();
        longest.send(before);
        auto other = server.connect();
        other.send("GET / HTTP/1.1\r\n\r\n");
        EXPECT_EQ(other.read_answer(), ok("GET / "));
        auto client = server.connect();
        client.send("GET / HTTP/1.1\r\n\r\n");
        EXPECT_EQ(client.read_answer(), ok("GET / ")) << before;
        EXPECT_FALSE(contains(longest.read_all(), "(timeout)")) << before;
        other.send("GET / HTTP/1.1\r\n\r\n");
        EXPECT_EQ(other.read_answer(), ok("GET / ")) << before;
    }
}

// Leaves this process room for `more` file descriptors; gives the room back at the end.
class FewDescriptors {
public:
    explicit FewDescriptors(unsigned more) {
        const auto next = dup(STDERR_FILENO);
        close(next);
        getrlimit(RLIMIT_NOFILE, &before_);
        auto few = before_;
        few.rlim_cur = static_cast<rlim_t>(next) + more;
        setrlimit(RLIMIT_NOFILE, &few);
    }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;
    FewDescriptors(FewDescriptors&&) = delete;
    FewDescriptors& operator=(FewDescriptors&&) = delete;
    ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

TEST(HttpLimits, WithoutFileDescriptorsItTriesAgain) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the undefined-behaviour sanitizer itself needs file descriptors";
#endif
    ServerThread server(HttpLimits{}, echo);
    std::optional<RawClient> client;
    {
        const FewDescriptors few(1);
        client.emplace(server.port());
        client->send("GET / HTTP/1.1\r\n\r\n");
        // The server's thread has looked at its sockets between these calls, and taken none.
        for (int i = 0; i < 10; ++i) {
            EXPECT_EQ(server.connections(), 0U);
        }
    }
    EXPECT_EQ(client->read_answer(), ok("GET / "));
}

TEST(HttpStopping, IdleConnectionsEndAtOnceAndBusyOnesWithTheirAnswer) {
    std::vector<Respond> waiting;
    ServerThread server(HttpLimits{}, [&waiting](const HttpRequest&, Respond respond) {
        waiting.push_back(std::move(respond));
    });
    auto busy = server.connect();
    busy.send("GET / HTTP/1.1\r\n\r\n");
    auto idle = server.connect();
    ASSERT_TRUE(server.wait_for_connections(2));
    bool arrived = false;
    while (!arrived) {
        server.run([&](HttpServer&) { arrived = !waiting.empty(); });
    }
    server.run([](HttpServer& http) {
        http.stop_accepting();
        http.close_idle();
    });
    EXPECT_EQ(idle.read_all(), "");
    server.run([&waiting](HttpServer&) {
        waiting.front()({.body = "last"});
        waiting.clear();
    });
    EXPECT_EQ(busy.read_all(), ok("last", "Connection: close\r\n"));
}

}  // namespace
}  // namespace ledger_bridge::daemon
