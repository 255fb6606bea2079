#include "tools/emulator/rig/host_port.hpp"

#include <chrono>
#include <utility>

#include "tools/emulator/rig/listen.hpp"

namespace ledger_bridge::emulator {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

HostPort::HostPort(tcp::acceptor acceptor, Callbacks callbacks)
    : acceptor_(std::move(acceptor)),
      endpoint_(acceptor_.local_endpoint()),
      pause_(acceptor_.get_executor()),
      callbacks_(std::move(callbacks)) {}

// Waits before it accepts, so that a host that comes on one port while another port has just let
// one in stays in the queue.
void HostPort::accept() {
    if (!acceptor_.is_open() || waiting_ || !callbacks_.free()) {
        return;
    }
    waiting_ = true;
    acceptor_.async_wait(tcp::acceptor::wait_read,
                         [this](const error_code& error) { somebody_waits(error); });
}

void HostPort::somebody_waits(const error_code& error) {
    if (error == asio::error::operation_aborted) {
        return;
    }
    waiting_ = false;
    if (!callbacks_.free()) {
        return;
    }
    error_code failure;
    acceptor_.non_blocking(true, failure);  // it may have left again
    auto socket = acceptor_.accept(failure);
    if (failure) {
        pause();
        return;
    }
    callbacks_.accepted(std::move(socket));
}

// Too many open files and the like pass; a deaf emulator would not.
void HostPort::pause() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](const error_code& cancelled) {
        if (!cancelled) {
            accept();
        }
    });
}

void HostPort::close() {
    error_code ignored;
    acceptor_.close(ignored);
    waiting_ = false;
}

Result<void> HostPort::open() {
    if (acceptor_.is_open()) {
        return {};
    }
    auto acceptor = listen_on(acceptor_.get_executor(), endpoint_.port());
    if (!acceptor) {
        return acceptor.error();
    }
    acceptor_ = std::move(*acceptor);
    return {};
}

}  // namespace ledger_bridge::emulator
