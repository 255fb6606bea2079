#include "daemon/net/unix_listener.hpp"

#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

using boost::asio::local::stream_protocol;

constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;

Error listen_error(const std::filesystem::path& path, const std::string& why) {
    return fail(Errc::listen_failed, fmt::format("socket {}: {}", path.string(), why));
}

// Every folder that is missing; whoever may use the socket may pass through those that are made,
// and a umask that keeps the daemon's files to itself does not count.
error_code make_folder(const std::filesystem::path& folder, mode_t socket_mode) {
    const bool for_the_group = (socket_mode & S_IRWXG) != 0;
    std::error_code unknown;
    if (folder == folder.root_path() || std::filesystem::exists(folder, unknown)) {
        return {};
    }
    if (const auto failed = make_folder(folder.parent_path(), socket_mode); failed) {
        return failed;
    }
    const bool made = ::mkdir(folder.c_str(), S_IRWXU) == 0 &&
                      (!for_the_group || ::chmod(folder.c_str(), S_IRWXU | S_IRGRP | S_IXGRP) == 0);
    return made || errno == EEXIST ? error_code()
                                   : error_code(errno, boost::system::system_category());
}

error_code make_folder_of(const std::filesystem::path& path, mode_t mode) {
    std::error_code unknown;
    return make_folder(std::filesystem::absolute(path, unknown).parent_path(), mode);
}

// Only a socket that refuses connections is stale; anything else at that path is left alone. (A
// plain file refuses connections too.)
error_code remove_stale(boost::asio::io_context& io, const std::filesystem::path& path) {
    std::error_code unknown;
    if (!std::filesystem::is_socket(std::filesystem::symlink_status(path, unknown))) {
        return {};
    }
    stream_protocol::socket probe(io);
    error_code refused;
    probe.connect(stream_protocol::endpoint(path.string()), refused);
    if (refused == boost::asio::error::connection_refused) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        return {};
    }
    return refused ? error_code{}
                   : boost::asio::error::make_error_code(boost::asio::error::address_in_use);
}

error_code listen_at(stream_protocol::acceptor& acceptor, const std::string& path, mode_t mode) {
    error_code status;
    acceptor.open(stream_protocol(), status);
    if (!status) {
        acceptor.bind(stream_protocol::endpoint(path), status);
    }
    if (!status && ::chmod(path.c_str(), mode) != 0) {
        status.assign(errno, boost::system::system_category());
    }
    if (!status) {
        acceptor.listen(boost::asio::socket_base::max_listen_connections, status);
    }
    return status;
}

}  // namespace

Result<std::unique_ptr<UnixListener>> UnixListener::open(boost::asio::io_context& io,
                                                         const std::filesystem::path& path,
                                                         mode_t mode,
                                                         Take take) {
    if (path.empty() || path.string().size() > kMaxPath) {
        return listen_error(path, fmt::format("its path must have 1 to {} bytes", kMaxPath));
    }
    auto status = make_folder_of(path, mode);
    if (!status) {
        status = remove_stale(io, path);
    }
    auto loop = std::make_shared<Loop>(io, std::move(take));
    if (!status) {
        status = listen_at(loop->acceptor(), path.string(), mode);
    }
    if (status) {
        return listen_error(path, status.message());
    }
    loop->start();
    return std::unique_ptr<UnixListener>(new UnixListener(path, true, std::move(loop)));
}

Result<std::unique_ptr<UnixListener>> UnixListener::adopt(boost::asio::io_context& io,
                                                          const std::filesystem::path& path,
                                                          int descriptor,
                                                          Take take) {
    auto loop = std::make_shared<Loop>(io, std::move(take));
    error_code status;
    loop->acceptor().assign(stream_protocol(), descriptor, status);
    if (status) {
        return listen_error(path, status.message());
    }
    loop->start();
    return std::unique_ptr<UnixListener>(new UnixListener(path, false, std::move(loop)));
}

UnixListener::UnixListener(std::filesystem::path path, bool ours, std::shared_ptr<Loop> loop)
    : path_(std::move(path)), ours_(ours), loop_(std::move(loop)) {}

UnixListener::~UnixListener() {
    close();
    if (ours_) {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
}

void UnixListener::close() {
    loop_->close();
}

}  // namespace ledger_bridge::daemon
