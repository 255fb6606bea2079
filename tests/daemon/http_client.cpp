#include "tests/daemon/http_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <charconv>
#include <chrono>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace ledger_bridge::daemon {

namespace {

constexpr auto kPatience = std::chrono::seconds(10);

std::size_t body_size(const std::string& head) {
    static constexpr std::string_view field = "content-length: ";
    std::string lower(head);
    for (auto& letter : lower) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    const auto position = lower.find(field);
    std::size_t size = 0;
    if (position != std::string::npos) {
        std::from_chars(&lower[position + field.size()], lower.data() + lower.size(), size);
    }
    return size;
}

}  // namespace

RawClient::RawClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, std::bit_cast<const sockaddr*>(&address), sizeof address), 0);
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() {
    if (socket_ >= 0) {
        close(socket_);
    }
}

void RawClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawClient::half_close() const {
    shutdown(socket_, SHUT_WR);
}

bool RawClient::more() {
    std::array<char, 4096> block{};
    const auto size = recv(socket_, block.data(), block.size(), 0);
    if (size > 0) {
        buffer_.append(block.data(), static_cast<std::size_t>(size));
        return true;
    }
    if (size < 0) {
        ending_ = errno == ECONNRESET ? "(reset)" : "(timeout)";
    }
    return false;
}

std::string RawClient::read_answer() {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!more()) {
            return buffer_ + ending_;
        }
    }
    const auto size = end + 4 + body_size(buffer_.substr(0, end));
    while (buffer_.size() < size) {
        if (!more()) {
            return buffer_ + ending_;
        }
    }
    auto answer = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
}

std::string RawClient::read_all() {
    while (more()) {
    }
    return buffer_ + ending_;
}

ServerThread::ServerThread(const HttpLimits& limits,
                           Handler handler,
                           const ListenAddress& address) {
    auto server = HttpServer::listen(io_, address, limits, std::move(handler));
    if (!server) {
        ADD_FAILURE() << server.error().text();
        return;
    }
    server_ = std::move(*server);
    port_ = server_->port();
    thread_ = std::jthread([this] {
        const auto work = boost::asio::make_work_guard(io_);
        io_.run();
    });
}

// NOLINTNEXTLINE(bugprone-exception-escape): then the test has failed anyway
ServerThread::~ServerThread() {
    if (server_ != nullptr) {
        run([this](HttpServer& /*server*/) { server_.reset(); });
    }
    io_.stop();
}

void ServerThread::run(const std::function<void(HttpServer&)>& work) {
    std::promise<void> done;
    boost::asio::post(io_, [this, &work, &done] {
        work(*server_);
        done.set_value();
    });
    done.get_future().wait();
}

std::size_t ServerThread::connections() {
    std::size_t count = 0;
    run([&count](HttpServer& server) { count = server.connections(); });
    return count;
}

bool ServerThread::wait_for_connections(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < end) {
        if (connections() == count) {
            return true;
        }
        std::this_thread::yield();
    }
    return false;
}

void echo(const HttpRequest& request, const Respond& respond) {
    respond({.status = 200, .body = request.method + " " + request.target + " " + request.body});
}

std::string ok(const std::string& body, const std::string& connection) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{}Content-Length: {}\r\n\r\n{}",
        connection,
        body.size(),
        body);
}

}  // namespace ledger_bridge::daemon
