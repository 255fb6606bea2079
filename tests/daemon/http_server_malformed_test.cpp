// Requests that no honest client sends. None may end the process, hang, or reach the handler
// with a body whose length is in doubt.
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

void expect_400_and_close(const std::string& answer, const std::string& request) {
    EXPECT_EQ(answer.rfind("HTTP/1.1 400 Bad Request\r\n", 0), 0U) << request << "\n" << answer;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << request << "\n" << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("[{\"kind\":\"temporary\""), std::string::npos) << answer;
}

TEST_F(HttpMalformed, AmbiguousLengthsAre400) {
    for (const std::string& fields :
         std::vector<std::string>{"content-length: 3\r\ntransfer-encoding: chunked\r\n",
                                  "transfer-encoding: chunked\r\ncontent-length: 3\r\n",
                                  "content-length: 3\r\ncontent-length: 4\r\n",
                                  "content-length: 3, 4\r\n",
                                  "content-length: -3\r\n",
                                  "content-length: +3\r\n",
                                  "content-length: 3x\r\n",
                                  "content-length: 0x3\r\n",
                                  "content-length:\r\n",
                                  "content-length: 99999999999999999999999\r\n",
                                  "transfer-encoding: gzip\r\n",
                                  "transfer-encoding: gzip, chunked\r\n",
                                  "transfer-encoding: chunked, gzip\r\n",
                                  "transfer-encoding: identity\r\n",
                                  "transfer-encoding: xchunked\r\n",
                                  "transfer-encoding: \"chunked\"\r\n",
                                  "transfer-encoding:\r\n",
                                  "transfer-encoding: chunked, chunked\r\n",
                                  "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
                                  "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n",
                                  "transfer-encoding: gzip\r\ncontent-length: 3\r\n",
                                  "content-length : 3\r\n",
                                  "transfer-encoding : chunked\r\n"}) {
        const auto request =
            "POST / HTTP/1.1\r\n" + fields + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
        const auto text = answer(request);
        expect_400_and_close(text, request);
        EXPECT_EQ(text.find("smuggled"), std::string::npos) << request;
    }
}

TEST_F(HttpMalformed, ChunkedHttp10Is400) {
    const std::string request = "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    expect_400_and_close(answer(request), request);
}

TEST_F(HttpMalformed, BadSyntaxIs400) {
    for (const std::string& request : std::vector<std::string>{
             "nonsense\r\n\r\n",
             "GET / HTTP/2.0\r\n\r\n",
             "GET / HTTP/1.2\r\n\r\n",
             "GET /\r\n\r\n",
             "GET  / HTTP/1.1\r\n\r\n",
             "G@T\x01 / HTTP/1.1\r\n\r\n",
             "GET / HTTP/1.1\nhost: x\n\n",
             "GET / HTTP/1.1\r\nbad field\r\n\r\n",
             "GET / HTTP/1.1\r\na: b\x01\r\n\r\n",
             "GET / HTTP/1.1\r\n: b\r\n\r\n",
             std::string("GET /\0 HTTP/1.1\r\n\r\n", 19),
             "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
             "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
             "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
             "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"}) {
        expect_400_and_close(answer(request), request);
    }
}

TEST_F(HttpMalformed, RequestsThatBreakOffAre400OrJustClosed) {
    EXPECT_EQ(answer(""), "");
    for (const std::string& request :
         std::vector<std::string>{"G",
                                  "GET / HTTP/1.1\r\n",
                                  "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab",
                                  "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"}) {
        expect_400_and_close(answer(request), request);
    }
}

TEST_F(HttpMalformed, TlsOnThePlainPortIs400) {
    const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    expect_400_and_close(answer(hello + std::string(100, '\x55') + "\r\n\r\n"), "TLS hello");
}

TEST_F(HttpMalformed, AHugeChunkIs413) {
    const auto text =
        answer("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffff\r\nabc");
    EXPECT_EQ(text.rfind("HTTP/1.1 413 ", 0), 0U) << text;
}

TEST_F(HttpMalformed, ALongChunkExtensionIsRefused) {
    const auto text = answer("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1;" +
                             std::string(50'000, 'x') + "\r\na\r\n0\r\n\r\n");
    EXPECT_EQ(text.rfind("HTTP/1.1 400 ", 0), 0U) << text;
}

TEST_F(HttpMalformed, AResetDuringTheRequestFreesTheConnection) {
    {
        const auto client = server_.connect();
        client.send("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab");
    }
    EXPECT_TRUE(server_.wait_for_connections(0));
}

// The property behind all of the above, from a seed that is printed.
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
