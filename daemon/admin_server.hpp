// The admin socket: operators' commands as JSON lines over a Unix socket that only the daemon's
// own user can open.
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "daemon/admin_commands.hpp"

namespace ledger_bridge::daemon {

// Main thread alone. The protocol is in daemon/admin/README.md: one request line; event lines;
// one result or error line; end.
class AdminServer {
public:
    // Makes the socket with mode 0600, and its folder with 0700 when that is missing. A socket
    // file that nobody listens on is replaced. Errors: listen_failed.
    static Result<std::unique_ptr<AdminServer>> listen(boost::asio::io_context& io,
                                                       const std::filesystem::path& path,
                                                       AdminCommands& commands);
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;
    AdminServer(AdminServer&&) = delete;
    AdminServer& operator=(AdminServer&&) = delete;
    // Removes the socket file.
    ~AdminServer();

    void stop_accepting();

private:
    class Listener;

    AdminServer(std::filesystem::path path, std::shared_ptr<Listener> listener);

    std::filesystem::path path_;
    std::shared_ptr<Listener> listener_;
};

}  // namespace ledger_bridge::daemon
