// Listens on a socket in the file system.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>

#include <boost/asio/local/stream_protocol.hpp>

#include "daemon/net/accept_loop.hpp"

namespace ledger_bridge::daemon {

// Used, and destroyed, on the thread of the io_context.
class UnixListener {
public:
    using Take = AcceptLoop<boost::asio::local::stream_protocol>::Take;

    // Makes the folder if it is missing, for the group too if the socket is. A socket that nobody
    // listens on any more is replaced; anything else at that path is left alone and an error.
    // `mode` is the file's. Errors: listen_failed with path and reason.
    static Result<std::unique_ptr<UnixListener>> open(boost::asio::io_context& io,
                                                      const std::filesystem::path& path,
                                                      mode_t mode,
                                                      Take take);
    // A socket that listens at `path` already; its file stays when this ends.
    static Result<std::unique_ptr<UnixListener>> adopt(boost::asio::io_context& io,
                                                       const std::filesystem::path& path,
                                                       int descriptor,
                                                       Take take);

    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;
    UnixListener(UnixListener&&) = delete;
    UnixListener& operator=(UnixListener&&) = delete;
    // Removes the file, unless the socket was handed over.
    ~UnixListener();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void close();

private:
    using Loop = AcceptLoop<boost::asio::local::stream_protocol>;

    UnixListener(std::filesystem::path path, bool ours, std::shared_ptr<Loop> loop);

    std::filesystem::path path_;
    bool ours_;
    std::shared_ptr<Loop> loop_;
};

}  // namespace ledger_bridge::daemon
