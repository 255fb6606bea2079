// Accepts connections until it is closed, whatever goes wrong on the way.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/logging.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// `Protocol` is asio::ip::tcp or asio::local::stream_protocol. Used on the thread of the
// io_context; close() before whatever `take` refers to goes.
template <class Protocol>
class AcceptLoop final : public std::enable_shared_from_this<AcceptLoop<Protocol>> {
public:
    using Acceptor = typename Protocol::acceptor;
    using Socket = typename Protocol::socket;
    using Take = std::function<void(Socket)>;

    AcceptLoop(boost::asio::io_context& io, Take take)
        : acceptor_(io), pause_(io), take_(std::move(take)) {}

    // To be opened, bound and made listening by the owner before start().
    Acceptor& acceptor() { return acceptor_; }

    void start() {
        acceptor_.async_accept(std::bind_front(&AcceptLoop::on_accept, this->shared_from_this()));
    }

    void close() {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

private:
    void on_accept(const error_code& status, Socket socket) {
        // After close() the owner may be gone, whatever the status says.
        if (!acceptor_.is_open()) {
            return;
        }
        if (!status) {
            take_(std::move(socket));
        } else if (status != boost::asio::error::connection_aborted) {
            logger("listener")
                ->error("cannot accept a connection ({}); trying again", status.message());
            return pause();
        }
        start();
    }

    // Out of file descriptors or memory, most likely: deaf for a moment, not for good.
    void pause() {
        pause_.expires_after(std::chrono::milliseconds(100));
        pause_.async_wait([self = this->shared_from_this()](const error_code& cancelled) {
            if (!cancelled && self->acceptor_.is_open()) {
                self->start();
            }
        });
    }

    Acceptor acceptor_;
    boost::asio::steady_timer pause_;
    Take take_;
};

}  // namespace ledger_bridge::daemon
