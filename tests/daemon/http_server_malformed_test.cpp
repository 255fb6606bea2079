// Requests that no honest client sends and that are not in tests/data/http_abuse.json: none may end
// the process or hang.
#include <random>

#include <gtest/gtest.h>

#include "tests/daemon/http_client.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

class HttpMalformed : public testing::Test {
protected:
    [[nodiscard]] std::string answer(const std::string& request) const {
        auto client = server_.connect();
        client.send(request);
        client.half_close();
        return client.read_all();
    }

    ServerThread server_{{.header_time = 50ms, .body_time = 50ms}, echo};
};

TEST_F(HttpMalformed, AResetDuringTheRequestFreesTheConnection) {
    {
        const auto client = server_.connect();
        client.send("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab");
    }
    EXPECT_TRUE(server_.wait_for_connections(0));
}

// From a seed that is printed.
TEST_F(HttpMalformed, DamagedRequestsNeverEndTheServer) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string good =
        "POST /keys/tz1x?version=3 HTTP/1.1\r\nhost: a\r\n"
        "transfer-encoding: chunked\r\n\r\n4\r\n\"12\"\r\n0\r\n\r\n";
    for (int round = 0; round < 300; ++round) {
        auto request = good;
        for (auto changes = 1 + random() % 3; changes > 0; --changes) {
            const auto position = random() % request.size();
            switch (random() % 3) {
                case 0:
                    request[position] = static_cast<char>(random());
                    break;
                case 1:
                    request.erase(position, 1 + random() % 5);
                    break;
                default:
                    request.insert(position, request.substr(random() % request.size(), 9));
            }
        }
        const auto text = answer(request);
        EXPECT_TRUE(text.empty() || text.rfind("HTTP/1.", 0) == 0) << request << "\n" << text;
    }
    EXPECT_NE(answer(good).find("200 OK"), std::string::npos);
}

}  // namespace
}  // namespace ledger_bridge::daemon
