// Any bytes from an HTTP client, at once and one by one: the statuses must be the same.

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "daemon/errors.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/http_connection.hpp"
#include "daemon/http/routes.hpp"
#include "daemon/http/sign_body.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr HttpLimits kLimits{.body = 256, .header = 512};
constexpr std::size_t kLongest = 2048;  // one byte at a time is slow
// What a handler with a bug does: no answer, and one that is none.
constexpr std::string_view kSilent = "/silent";
constexpr std::string_view kBroken = "/broken";

// The daemon's routes over a daemon that has nothing behind them.
HttpAnswer answer(const HttpRequest& request) {
    require(request.body.size() <= kLimits.body, "no body above the limit");
    const auto route = parse_route(request.method, request.target);
    require(!route_name(route).empty(), "every route has a name");
    require(!std::holds_alternative<PostKey>(for_page(route)), "no page gets a signature");
    if (const auto fixed = fixed_answer(route)) {
        return *fixed;
    }
    if (std::holds_alternative<PostKey>(route)) {
        const auto message = parse_sign_body(request.body);
        require(!message || !message->empty(), "at least a byte is signed");
        return message ? signature_answer(to_hex(*message)) : error_answer(message.error());
    }
    return metrics_answer(std::string(route_name(route)) + "\n");
}

// One connection: what it says to these bytes.
class Session {
public:
    Session() {
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()) == 0,
                "a pair of sockets");
        pool_.limits = kLimits;
        pool_.handler = [](const HttpRequest& request, const Respond& respond) {
            if (request.target == kBroken) {
                respond(HttpAnswer{.status = 7});
            } else if (request.target != kSilent) {
                respond(answer(request));
            }
        };
        boost::asio::ip::tcp::socket socket(io_);
        socket.assign(boost::asio::ip::tcp::v4(), ends_[0]);
        const auto connection = std::make_shared<HttpConnection>(
            std::move(socket), pool_, pool_.clients.take("somebody"));
        pool_.connections.insert(connection);
        connection->start();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(Session&&) = delete;
    ~Session() { ::close(ends_[1]); }

    void send(std::string_view bytes) {
        static_cast<void>(::send(ends_[1], bytes.data(), bytes.size(), MSG_NOSIGNAL));
        hear();
    }
    std::string end() {
        ::shutdown(ends_[1], SHUT_WR);
        for (int i = 0; i < 100 && !pool_.connections.empty(); ++i) {
            hear();
        }
        require(pool_.connections.empty(), "a client that has gone has no connection");
        return said_;
    }

private:
    void hear() {
        while (io_.poll() != 0) {
        }
        io_.restart();
        std::array<char, 4096> block{};
        for (ssize_t got = 1; got > 0;) {
            got = ::recv(ends_[1], block.data(), block.size(), 0);
            said_.append(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        }
    }

    std::array<int, 2> ends_{};
    boost::asio::io_context io_;
    HttpPool pool_{};
    std::string said_;
};

std::string answers_to(std::string_view bytes, std::size_t step) {
    Session session;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
        session.send(bytes.substr(0, step));
    }
    return session.end();
}

// "200 404 refused". Why the server itself refuses a request depends on how much of it it sees.
std::string statuses(const std::string& said) {
    constexpr std::string_view kBefore = "HTTP/1.1 ";
    std::string found;
    for (auto at = said.find("HTTP/1."); at != std::string::npos;
         at = said.find("HTTP/1.", at + 1)) {
        const auto status = said.substr(at + kBefore.size(), 3);
        const bool by_server = status == "400" || status == "413" || status == "431";
        found += (by_server ? "refused" : status) + " ";
    }
    return found;
}

}  // namespace
}  // namespace ledger_bridge::daemon

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    if (size > daemon::kLongest) {
        return 0;
    }
    const std::string bytes(data, data + size);
    const auto said = daemon::answers_to(bytes, bytes.size());
    require(said.empty() || said.starts_with("HTTP/1."), "answers are HTTP");
    const bool buggy = bytes.find(daemon::kSilent) != std::string::npos ||
                       bytes.find(daemon::kBroken) != std::string::npos;
    require(buggy || said.find(" 500 ") == std::string::npos, "no request is a bug of the daemon");
    require(daemon::statuses(daemon::answers_to(bytes, 1)) == daemon::statuses(said),
            "it does not matter how the bytes arrive");
    return 0;
}
