#include "daemon/admin/admin_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "daemon/admin/errors.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;

std::string system_text(int number) {
    return std::generic_category().message(number);
}

Error connect_error(const std::filesystem::path& path, int number) {
    const auto code =
        number == EACCES || number == EPERM ? Errc::daemon_forbidden : Errc::daemon_absent;
    return fail(code, path.string() + ": " + system_text(number));
}

std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto text = path.string();
    if (text.size() >= sizeof(address.sun_path)) {
        return std::nullopt;
    }
    std::memcpy(static_cast<void*>(address.sun_path), text.data(), text.size());
    return address;
}

Result<void> send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return fail(Errc::daemon_broke_off, system_text(errno));
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

// Cuts a stream into lines; waits for each until the deadline, or without one.
class LineReader {
public:
    explicit LineReader(int socket) : socket_(socket) {}

    Result<std::string> next(const std::optional<Deadline>& deadline) {
        while (true) {
            if (const auto end = buffer_.find('\n'); end != std::string::npos) {
                auto line = buffer_.substr(0, end);
                buffer_.erase(0, end + 1);
                return line;
            }
            if (buffer_.size() > kMaxLineSize) {
                return fail(Errc::bad_answer, "a line without end");
            }
            const auto more = receive(deadline);
            if (!more) {
                return more.error();
            }
        }
    }

private:
    Result<void> receive(const std::optional<Deadline>& deadline) {
        pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waiting, 1, deadline ? deadline->poll_timeout() : -1);
        if (ready == 0) {
            return fail(Errc::daemon_silent);
        }
        std::array<char, 4096> block{};
        const auto size = ready < 0 ? -1 : ::recv(socket_, block.data(), block.size(), 0);
        if (size < 0 && errno == EINTR) {
            return {};
        }
        if (size <= 0) {
            return fail(Errc::daemon_broke_off, size < 0 ? system_text(errno) : std::string{});
        }
        buffer_.append(block.data(), static_cast<std::size_t>(size));
        return {};
    }

    int socket_;
    std::string buffer_;
};

bool is_prompt(const json& event) {
    const auto found = event.find("event");
    return found != event.end() && *found == "prompt";
}

}  // namespace

Result<AdminClient> AdminClient::connect(const std::filesystem::path& path) {
    const auto address = address_of(path);
    if (!address) {
        return connect_error(path, ENAMETOOLONG);
    }
    AdminClient client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* target = static_cast<const sockaddr*>(static_cast<const void*>(&*address));
    if (client.socket_ < 0 || ::connect(client.socket_, target, sizeof(*address)) != 0) {
        return connect_error(path, errno);
    }
    return client;
}

AdminClient::~AdminClient() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

void AdminClient::cancel() const {
    ::shutdown(socket_, SHUT_RDWR);
}

Outcome AdminClient::run(const json& request,
                         const Emit& emit,
                         const Clock& clock,
                         Duration answer_time) const {
    const auto sent = send_all(socket_, request_line(request));
    if (!sent) {
        return failure_of(sent.error());
    }
    LineReader lines(socket_);
    auto deadline = std::optional(Deadline::after(clock, answer_time));
    while (true) {
        const auto line = lines.next(deadline);
        if (!line) {
            return failure_of(line.error());
        }
        auto message = parse_answer_line(*line);
        if (!message) {
            return failure_of(message.error());
        }
        if (auto* failure = std::get_if<Failure>(&*message)) {
            return std::move(*failure);
        }
        if (auto* result = std::get_if<ResultMessage>(&*message)) {
            return std::move(result->result);
        }
        const auto& event = std::get<EventMessage>(*message).event;
        if (is_prompt(event)) {
            deadline.reset();
        }
        emit(event);
    }
}

}  // namespace ledger_bridge::admin
