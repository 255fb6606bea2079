#include "daemon/node/lookup.hpp"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/driver/manual_clock.hpp"

#include <netdb.h>

namespace {

// A resolver whose name server says nothing until it is told to.
struct SilentResolver {
    std::mutex mutex;
    std::condition_variable changed;
    bool silent = true;
    int asked = 0;
    int left = 0;

    void fall_silent() {
        const std::lock_guard lock(mutex);
        silent = true;
        asked = 0;
        left = 0;
    }
    void wait() {
        std::unique_lock lock(mutex);
        ++asked;
        changed.notify_all();
        changed.wait(lock, [this] { return !silent; });
        ++left;
        changed.notify_all();
    }
    void wait_until_asked(int times) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this, times] { return asked == times; });
    }
    void give_up() {
        std::unique_lock lock(mutex);
        silent = false;
        changed.notify_all();
        changed.wait(lock, [this] { return left == asked; });
    }
};

SilentResolver& resolver() {
    static auto* const instance = new SilentResolver;  // threads that are left behind use it
    return *instance;
}

}  // namespace

// In the place of the system's.
extern "C" int getaddrinfo(const char* /*name*/,
                           const char* /*service*/,
                           const addrinfo* /*hints*/,
                           addrinfo** /*found*/) {
    resolver().wait();
    return EAI_AGAIN;
}

namespace ledger_bridge::node {
namespace {

namespace asio = boost::asio;

class LookupTest : public testing::Test {
protected:
    LookupTest() { resolver().fall_silent(); }
    ~LookupTest() override { resolver().give_up(); }

    error_code look(const std::string& host, Duration time, const std::stop_token& stop = {}) {
        return look_up({false, host, "80", ""}, Deadline::after(clock_, time), stop, found_);
    }

    ManualClock clock_;
    std::vector<asio::ip::tcp::endpoint> found_;
};

TEST_F(LookupTest, AnAddressIsAskedOfNobody) {
    for (const auto* address : {"127.0.0.1", "::1"}) {
        EXPECT_FALSE(look(address, Duration{0}));
        ASSERT_EQ(found_.size(), 1U);
        EXPECT_EQ(found_.front().address().to_string(), address);
        EXPECT_EQ(found_.front().port(), 80);
    }
    EXPECT_EQ(resolver().asked, 0);
}

TEST_F(LookupTest, ASilentNameServerIsLeftBehind) {
    EXPECT_EQ(look("node", Duration{0}), asio::error::timed_out);
    resolver().wait_until_asked(1);
    std::stop_source stopped;
    stopped.request_stop();
    EXPECT_EQ(look("node", std::chrono::hours{1}, stopped.get_token()),
              asio::error::operation_aborted);
    resolver().wait_until_asked(2);
}

}  // namespace
}  // namespace ledger_bridge::node
