// The tools' end of the admin socket: one request, its events, its result.
#pragma once

#include <filesystem>
#include <utility>
#include <variant>

#include "daemon/admin/admin_protocol.hpp"
#include "daemon/admin/operator_context.hpp"
#include "driver/base/clock.hpp"

namespace ledger_bridge::admin {

// What became of a command, wherever it ran.
using Outcome = std::variant<nlohmann::json, Failure>;

// One connection carries one request.
class AdminClient {
public:
    // Errors: daemon_absent (no socket there, or nobody listens), daemon_forbidden.
    static Result<AdminClient> connect(const std::filesystem::path& path);

    AdminClient(const AdminClient&) = delete;
    AdminClient& operator=(const AdminClient&) = delete;
    AdminClient(AdminClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
    AdminClient& operator=(AdminClient&& other) noexcept {
        std::swap(socket_, other.socket_);
        return *this;
    }
    ~AdminClient();

    // Blocks until the result or the error; after a "prompt" event without limit, since a person
    // decides, before it for `answer_time` at most. Failures of its own: daemon_broke_off,
    // daemon_silent, bad_answer.
    [[nodiscard]] Outcome run(const nlohmann::json& request,
                              const Emit& emit,
                              const Clock& clock,
                              Duration answer_time) const;

    // Ends run() in another thread, as if the daemon had broken off. Async-signal-safe.
    void cancel() const;

private:
    explicit AdminClient(int socket) : socket_(socket) {}

    int socket_;  // -1 after a move
};

}  // namespace ledger_bridge::admin
