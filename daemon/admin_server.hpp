// The admin socket: operators' commands as JSON lines over a Unix socket that only the daemon's
// own user can open.
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "daemon/admin_commands.hpp"
#include "daemon/net/unix_listener.hpp"

namespace ledger_bridge::daemon {

// Main thread alone; destroyed, it removes the socket file. The protocol is in
// daemon/admin/README.md: one request line; event lines; one result or error line; end.
class AdminServer {
public:
    // Makes the socket with mode 0600, and its folder when that is missing. Errors: listen_failed.
    static Result<std::unique_ptr<AdminServer>> listen(boost::asio::io_context& io,
                                                       const std::filesystem::path& path,
                                                       AdminCommands& commands);

    void stop_accepting();

private:
    explicit AdminServer(std::unique_ptr<UnixListener> listener);

    std::unique_ptr<UnixListener> listener_;
};

}  // namespace ledger_bridge::daemon
