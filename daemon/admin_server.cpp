#include "daemon/admin_server.hpp"

#include <sys/stat.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/spdlog.h>

#include "daemon/admin/admin_protocol.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

using boost::asio::local::stream_protocol;

constexpr auto kAcceptPause = std::chrono::milliseconds{100};

// One connection: reads one line, then writes what the command says until its last word.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(stream_protocol::socket socket, AdminCommands& commands)
        : socket_(std::move(socket)), commands_(commands) {}

    void start() {
        boost::asio::async_read_until(socket_,
                                      boost::asio::dynamic_buffer(request_, admin::kMaxLineSize),
                                      '\n',
                                      std::bind_front(&Connection::on_request, shared_from_this()));
    }

private:
    void on_request(const error_code& error, std::size_t size) {
        if (error) {
            return;  // no whole line came: nothing was asked
        }
        const auto request =
            admin::parse_request_line(std::string_view(request_).substr(0, size - 1));
        if (!request) {
            return send(admin::error_line(request.error()), true);
        }
        commands_.run(*request, [self = shared_from_this()](const std::string& line, bool last) {
            boost::asio::post(self->socket_.get_executor(),
                              [self, line, last] { self->send(line, last); });
        });
    }

    void send(const std::string& line, bool last) {
        lines_.push_back(line);
        complete_ = last;
        if (lines_.size() == 1) {
            write_next();
        }
    }

    void write_next() {
        boost::asio::async_write(socket_,
                                 boost::asio::buffer(lines_.front()),
                                 std::bind_front(&Connection::on_written, shared_from_this()));
    }

    // A tool that went away does not stop what it asked for: the prompt is on the screen.
    void on_written(const error_code& error, std::size_t /*size*/) {
        lines_.pop_front();
        if (!error && !lines_.empty()) {
            write_next();
        } else if (error || complete_) {
            error_code ignored;
            socket_.close(ignored);
        }
    }

    stream_protocol::socket socket_;
    AdminCommands& commands_;
    std::string request_;
    std::deque<std::string> lines_;
    bool complete_ = false;
};

Error listen_error(const std::filesystem::path& path, const std::string& why) {
    return fail(Errc::listen_failed, "admin socket " + path.string() + ": " + why);
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

}  // namespace

class AdminServer::Listener : public std::enable_shared_from_this<AdminServer::Listener> {
public:
    Listener(boost::asio::io_context& io, AdminCommands& commands)
        : acceptor_(io), pause_(io), commands_(commands) {}

    error_code open(const std::string& path) {
        error_code error;
        acceptor_.open(stream_protocol(), error);
        if (!error) {
            acceptor_.bind(stream_protocol::endpoint(path), error);
        }
        if (!error && ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
            error.assign(errno, boost::system::system_category());
        }
        if (!error) {
            acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
        }
        return error;
    }

    void accept() {
        acceptor_.async_accept(std::bind_front(&Listener::on_accept, shared_from_this()));
    }

    void close() {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

private:
    void on_accept(const error_code& error, stream_protocol::socket socket) {
        if (!acceptor_.is_open()) {
            return;
        }
        if (error) {  // out of descriptors, most likely: deaf for a moment, not for good
            pause_.expires_after(kAcceptPause);
            pause_.async_wait([self = shared_from_this()](const error_code& cancelled) {
                if (!cancelled) {
                    self->accept();
                }
            });
            return;
        }
        std::make_shared<Connection>(std::move(socket), commands_)->start();
        accept();
    }

    stream_protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    AdminCommands& commands_;
};

AdminServer::AdminServer(std::filesystem::path path, std::shared_ptr<Listener> listener)
    : path_(std::move(path)), listener_(std::move(listener)) {}

AdminServer::~AdminServer() {
    stop_accepting();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void AdminServer::stop_accepting() {
    listener_->close();
}

Result<std::unique_ptr<AdminServer>> AdminServer::listen(boost::asio::io_context& io,
                                                         const std::filesystem::path& path,
                                                         AdminCommands& commands) {
    constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;
    if (path.empty() || path.string().size() > kMaxPath) {
        return listen_error(path,
                            "a socket's path has 1 to " + std::to_string(kMaxPath) + " bytes");
    }
    std::error_code made;
    std::filesystem::create_directories(std::filesystem::absolute(path, made).parent_path(), made);
    if (made) {
        return listen_error(path, made.message());
    }
    auto error = remove_stale(io, path);
    auto listener = std::make_shared<Listener>(io, commands);
    error = error ? error : listener->open(path.string());
    if (error) {
        return listen_error(path, error.message());
    }
    listener->accept();
    return std::unique_ptr<AdminServer>(new AdminServer(path, std::move(listener)));
}

}  // namespace ledger_bridge::daemon
