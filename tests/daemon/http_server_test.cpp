// What a well-behaved client sees.
#include "daemon/http/http_server.hpp"

#include <sys/socket.h>

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "tests/daemon/http_client.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr const char* kClose = "Connection: close\r\n";

class HttpServerTest : public testing::Test {
protected:
    ServerThread server_{HttpLimits{}, echo};
};

TEST_F(HttpServerTest, AnswersAreExactToTheByte) {
    auto client = server_.connect();
    client.send("GET /a?b=%20c HTTP/1.1\r\nhost: x\r\n\r\n");
    EXPECT_EQ(client.read_answer(), ok("GET /a?b=%20c "));
}

TEST_F(HttpServerTest, BodiesOfAKnownLength) {
    auto client = server_.connect();
    client.send("POST /k HTTP/1.1\r\ncontent-length: 5\r\n\r\n\"ab\"\n");
    EXPECT_EQ(client.read_answer(), ok("POST /k \"ab\"\n"));
}

TEST_F(HttpServerTest, ChunkedBodiesAsOctezSendsThem) {
    auto client = server_.connect();
    client.send(
        "POST /keys/tz1x?version=3 HTTP/1.1\r\nhost: 127.0.0.1:6732\r\n"
        "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        "3\r\n\"12\r\n2;x=y\r\n\"\n\r\n0\r\ntrailer: t\r\n\r\n");
    EXPECT_EQ(client.read_answer(), ok("POST /keys/tz1x?version=3 \"12\"\n"));
}

TEST_F(HttpServerTest, EveryByteMayArriveAlone) {
    auto client = server_.connect();
    for (const auto letter : std::string("POST /k HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
                                         "2\r\nab\r\n0\r\n\r\n")) {
        client.send(std::string(1, letter));
    }
    EXPECT_EQ(client.read_answer(), ok("POST /k ab"));
}

TEST_F(HttpServerTest, ConnectionsStayOpenUntilAskedToClose) {
    auto client = server_.connect();
    client.send("GET /1 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.read_answer(), ok("GET /1 "));
    client.send("GET /2 HTTP/1.1\r\nconnection: close\r\n\r\n");
    EXPECT_EQ(client.read_all(), ok("GET /2 ", kClose));
}

TEST_F(HttpServerTest, Http10ClosesUnlessAskedToStay) {
    auto client = server_.connect();
    client.send("GET /1 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_NE(answer.find("HTTP/1.0 200 OK\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Connection: keep-alive\r\n"), std::string::npos) << answer;
    client.send("GET /2 HTTP/1.0\r\n\r\n");
    const auto last = client.read_all();
    EXPECT_NE(last.find("GET /2 "), std::string::npos) << last;
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
    auto client = server_.connect();
    std::string requests;
    std::string answers;
    for (int i = 0; i < 50; ++i) {
        requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\ncontent-length: 1\r\n\r\nx";
        answers += ok("POST /" + std::to_string(i) + " x");
    }
    client.send(requests);
    client.half_close();
    EXPECT_EQ(client.read_all(), answers);
}

TEST_F(HttpServerTest, HalfClosedClientsAreAnswered) {
    auto client = server_.connect();
    client.send("GET /1 HTTP/1.1\r\n\r\n");
    client.half_close();
    EXPECT_EQ(client.read_all(), ok("GET /1 "));
}

TEST_F(HttpServerTest, ContinueIsSaidBeforeTheBody) {
    auto client = server_.connect();
    client.send("POST /k HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ab");
    EXPECT_EQ(client.read_answer(), ok("POST /k ab"));
}

TEST_F(HttpServerTest, HeadHasNoBody) {
    auto client = server_.connect();
    client.send("HEAD / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    EXPECT_NE(client.read_answer().find("Content-Length: 0\r\n\r\n"), std::string::npos);
    EXPECT_EQ(client.read_answer(), ok("GET /2 "));
}

TEST_F(HttpServerTest, UpgradesAreIgnored) {
    auto client = server_.connect();
    client.send(
        "GET /1 HTTP/1.1\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n"
        "http2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_NE(answer.find("GET /1 "), std::string::npos) << answer;
}

TEST(HttpServer, AllowIsSentWithItsNameForOptions) {
    ServerThread server(HttpLimits{}, [](const HttpRequest& request, const Respond& respond) {
        respond({.status = request.method == "OPTIONS" ? 200U : 405U, .allow = "GET, OPTIONS"});
    });
    auto client = server.connect();
    client.send("OPTIONS / HTTP/1.1\r\n\r\nPUT / HTTP/1.1\r\n\r\n");
    const auto options = client.read_answer();
    EXPECT_NE(options.find("Access-Control-Allow-Methods: GET, OPTIONS\r\n"), std::string::npos);
    const auto refused = client.read_answer();
    EXPECT_NE(refused.find("HTTP/1.1 405 Method Not Allowed\r\n"), std::string::npos) << refused;
    EXPECT_NE(refused.find("Allow: GET, OPTIONS\r\n"), std::string::npos) << refused;
    EXPECT_EQ(refused.find("Access-Control"), std::string::npos) << refused;
}

TEST(HttpServer, LateAnswersKeepTheOrderOfOneConnectionAndBlockNoOther) {
    std::vector<Respond> waiting;
    ServerThread server(HttpLimits{}, [&waiting](const HttpRequest& request, Respond respond) {
        if (request.target == "/slow") {
            waiting.push_back(std::move(respond));
        } else {
            echo(request, respond);
        }
    });
    auto slow = server.connect();
    slow.send("GET /slow HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
    auto quick = server.connect();
    quick.send("GET /quick HTTP/1.1\r\n\r\n");
    EXPECT_EQ(quick.read_answer(), ok("GET /quick "));
    while (true) {
        bool arrived = false;
        server.run([&](HttpServer& /*server*/) { arrived = !waiting.empty(); });
        if (arrived) {
            break;
        }
    }
    server.run([&](HttpServer& /*server*/) {
        waiting.front()({.body = "late"});
        waiting.front()({.body = "twice"});
    });
    EXPECT_EQ(slow.read_answer(), ok("late"));
    EXPECT_EQ(slow.read_answer(), ok("GET /next "));
    server.run([&](HttpServer& /*server*/) { waiting.clear(); });
}

TEST(HttpServer, AForgottenRequestGets500) {
    ServerThread server(HttpLimits{}, [](const HttpRequest&, const Respond&) {});
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_NE(client.read_answer().find("HTTP/1.1 500 Internal Server Error\r\n"),
              std::string::npos);
}

TEST(HttpServer, AnswersAfterTheServerIsGoneGoNowhere) {
    Respond kept;
    std::atomic<bool> arrived = false;
    {
        ServerThread server(HttpLimits{}, [&](const HttpRequest&, Respond respond) {
            kept = std::move(respond);
            arrived = true;
            arrived.notify_all();
        });
        auto client = server.connect();
        client.send("GET / HTTP/1.1\r\n\r\n");
        arrived.wait(false);
    }
    kept({.body = "late"});
}

TEST(HttpServer, AStatusThatIsNoneGives500) {
    ServerThread server(HttpLimits{}, [](const HttpRequest&, const Respond& respond) {
        respond({.status = 70'000});
    });
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_NE(client.read_answer().find("HTTP/1.1 500 "), std::string::npos);
}

TEST(HttpServer, NamesAndIpv6AddressesAreServed) {
    boost::asio::io_context io;
    const auto named = HttpServer::listen(io, {"localhost", 0}, HttpLimits{}, echo);
    ASSERT_TRUE(named) << named.error().text();
    EXPECT_NE((*named)->port(), 0);
    ASSERT_FALSE((*named)->addresses().empty());
    for (const auto& address : (*named)->addresses()) {
        EXPECT_TRUE(parse_listen_address(address)->loopback()) << address;
        EXPECT_EQ(parse_listen_address(address)->port, (*named)->port());
    }
    const auto ipv6 = HttpServer::listen(io, {"::1", 0}, HttpLimits{}, echo);
    if (!ipv6) {
        GTEST_SKIP() << "this machine has no IPv6: " << ipv6.error().text();
    }
    EXPECT_EQ((*ipv6)->addresses().front(), "[::1]:" + std::to_string((*ipv6)->port()));
}

TEST(HttpServer, ATakenPortIsAnErrorThatNamesIt) {
    ServerThread first(HttpLimits{}, echo);
    boost::asio::io_context io;
    const auto second = HttpServer::listen(io, {"127.0.0.1", first.port()}, HttpLimits{}, echo);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().text().find("127.0.0.1:" + std::to_string(first.port())),
              std::string::npos);
    EXPECT_FALSE(HttpServer::listen(io, {"no-such-host.invalid", 0}, HttpLimits{}, echo));
}

}  // namespace
}  // namespace ledger_bridge::daemon
