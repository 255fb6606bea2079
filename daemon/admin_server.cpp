#include "daemon/admin_server.hpp"

#include <sys/stat.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "daemon/admin/admin_protocol.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

using boost::asio::local::stream_protocol;

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

}  // namespace

AdminServer::AdminServer(std::unique_ptr<UnixListener> listener) : listener_(std::move(listener)) {}

void AdminServer::stop_accepting() {
    listener_->close();
}

Result<std::unique_ptr<AdminServer>> AdminServer::listen(boost::asio::io_context& io,
                                                         const std::filesystem::path& path,
                                                         AdminCommands& commands) {
    auto listener = UnixListener::open(
        io, path, S_IRUSR | S_IWUSR, [&commands](stream_protocol::socket socket) {
            std::make_shared<Connection>(std::move(socket), commands)->start();
        });
    if (!listener) {
        return fail(Errc::listen_failed, "admin " + listener.error().detail);
    }
    return std::unique_ptr<AdminServer>(new AdminServer(std::move(*listener)));
}

}  // namespace ledger_bridge::daemon
