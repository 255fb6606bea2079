#include "daemon/admin/admin_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "daemon/admin/errors.hpp"

namespace ledger_bridge::admin {
namespace {

using nlohmann::json;

// Accepts one connection, reads one line, writes what it was given, and closes.
class OneShotDaemon {
public:
    explicit OneShotDaemon(std::string answer) : answer_(std::move(answer)) {
        path_ = testing::TempDir() + "admin_client_test_" + std::to_string(::getpid()) + ".sock";
        ::unlink(path_.c_str());
        listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
        const auto* raw = static_cast<const sockaddr*>(static_cast<const void*>(&address));
        EXPECT_EQ(::bind(listener_, raw, sizeof(address)), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        thread_ = std::thread(&OneShotDaemon::serve, this);
    }
    OneShotDaemon(const OneShotDaemon&) = delete;
    OneShotDaemon& operator=(const OneShotDaemon&) = delete;
    OneShotDaemon(OneShotDaemon&&) = delete;
    OneShotDaemon& operator=(OneShotDaemon&&) = delete;
    ~OneShotDaemon() {
        release_.set_value();
        thread_.join();
        ::close(listener_);
        ::unlink(path_.c_str());
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    // Keep the connection open after the answer, until destruction.
    void stay_open() { stay_open_ = true; }
    [[nodiscard]] const std::string& request() const { return request_; }

private:
    void serve() {
        const int connection = ::accept(listener_, nullptr, nullptr);
        char byte = 0;
        while (::read(connection, &byte, 1) == 1 && byte != '\n') {
            request_ += byte;
        }
        // A client may leave before it has read everything: what it made of it is its own matter.
        static_cast<void>(::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL));
        if (stay_open_) {
            release_.get_future().wait();
        }
        ::close(connection);
    }

    std::string answer_;
    std::string path_;
    std::string request_;
    std::promise<void> release_;
    std::atomic<bool> stay_open_ = false;
    int listener_ = -1;
    std::thread thread_;
};

struct Run {
    Outcome outcome;
    std::vector<json> events;
};

Run run_against(const OneShotDaemon& daemon, Duration time = std::chrono::seconds{10}) {
    const SystemClock clock;
    auto client = AdminClient::connect(daemon.path());
    EXPECT_TRUE(client);
    std::vector<json> events;
    auto outcome = client->run(
        {{"command", "list"}},
        [&events](const json& event) { events.push_back(event); },
        clock,
        time);
    return {std::move(outcome), std::move(events)};
}

std::string failure_id(const Outcome& outcome) {
    const auto* failure = std::get_if<Failure>(&outcome);
    return failure == nullptr ? "" : failure->id;
}

TEST(AdminClient, GivesEventsThenTheResult) {
    const OneShotDaemon daemon(
        "{\"event\":\"prompt\"}\n{\"event\":\"x\"}\n{\"result\":{\"a\":1}}\n");
    const auto run = run_against(daemon);
    EXPECT_EQ(run.events.size(), 2U);
    EXPECT_EQ(std::get<json>(run.outcome), (json{{"a", 1}}));
    EXPECT_EQ(daemon.request(), R"({"command":"list"})");
}

TEST(AdminClient, GivesTheDaemonsErrorAsItIs) {
    const OneShotDaemon daemon(R"({"error":{"id":"queue_full","message":"too many","exit_code":1}})"
                               "\n");
    const auto run = run_against(daemon);
    EXPECT_EQ(std::get<Failure>(run.outcome).message, "too many");
}

TEST(AdminClient, ADaemonThatBreaksOffIsAnError) {
    const OneShotDaemon daemon("{\"event\":\"prompt\"}\n{\"result\":");
    EXPECT_EQ(failure_id(run_against(daemon).outcome), "daemon_broke_off");
}

TEST(AdminClient, AnAnswerThatIsNoneIsAnError) {
    const OneShotDaemon daemon("hello\n");
    EXPECT_EQ(failure_id(run_against(daemon).outcome), "bad_answer");
}

TEST(AdminClient, ALineWithoutEndIsAnError) {
    const OneShotDaemon daemon(std::string(kMaxLineSize + 5000, 'x'));
    EXPECT_EQ(failure_id(run_against(daemon).outcome), "bad_answer");
}

TEST(AdminClient, ADaemonThatSaysNothingIsNotWaitedForForEver) {
    OneShotDaemon daemon("");
    daemon.stay_open();
    EXPECT_EQ(failure_id(run_against(daemon, std::chrono::milliseconds{1}).outcome),
              "daemon_silent");
}

TEST(AdminClient, CancelEndsTheWaitForAPrompt) {
    OneShotDaemon daemon("{\"event\":\"prompt\"}\n");
    daemon.stay_open();
    const SystemClock clock;
    auto client = AdminClient::connect(daemon.path());
    ASSERT_TRUE(client);
    const auto outcome = client->run(
        {{"command", "setup"}},
        [&client](const json& /*event*/) { client->cancel(); },
        clock,
        std::chrono::minutes{1});
    EXPECT_EQ(failure_id(outcome), "daemon_broke_off");
}

TEST(AdminClient, NoSocketMeansNoDaemon) {
    EXPECT_EQ(AdminClient::connect("/nonexistent/admin.sock").error().code,
              make_error_code(Errc::daemon_absent));
    EXPECT_EQ(AdminClient::connect(std::string(200, 'a')).error().code,
              make_error_code(Errc::daemon_absent));
}

}  // namespace
}  // namespace ledger_bridge::admin
