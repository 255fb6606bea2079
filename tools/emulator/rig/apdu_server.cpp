#include "tools/emulator/rig/apdu_server.hpp"

#include <chrono>
#include <deque>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tools/emulator/rig/apdu_host.hpp"
#include "tools/emulator/rig/listen.hpp"

namespace ledger_bridge::emulator {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kMostWaiting = 16;
constexpr std::chrono::milliseconds kAcceptPause{100};

class TcpCable final : public ApduServer {
public:
    TcpCable(asio::io_context& io, tcp::acceptor acceptor, Bench& bench)
        : bench_(bench),
          acceptor_(std::move(acceptor)),
          endpoint_(acceptor_.local_endpoint()),
          answer_timer_(io),
          accept_timer_(io) {
        accept();
    }

    [[nodiscard]] std::uint16_t port() const override { return endpoint_.port(); }
    [[nodiscard]] bool plugged() const override { return acceptor_.is_open(); }

    void unplug() override;
    [[nodiscard]] bool plug() override;
    void send(Delivery delivery) override;
    void device_restarted(bool host_waits) override;

private:
    void accept();
    void accepted(const error_code& error, tcp::socket socket);
    void received(Bytes command);
    void work();
    void finish(const Delivery& delivery);
    void transmit(const Delivery& delivery);
    void drop_host();
    void forget_answers();

    Bench& bench_;
    tcp::acceptor acceptor_;
    tcp::endpoint endpoint_;
    asio::steady_timer answer_timer_;
    asio::steady_timer accept_timer_;
    std::shared_ptr<ApduHost> host_;
    std::deque<Bytes> commands_;      // of this host, not yet seen by the device
    std::deque<Delivery> unclaimed_;  // answers that found no host
    bool answering_ = false;          // an answer is delayed
};

void TcpCable::accept() {
    if (!plugged() || host_) {
        return;
    }
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
        accepted(error, std::move(socket));
    });
}

void TcpCable::accepted(const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !plugged()) {
        return;
    }
    if (error) {
        // Too many open files and the like pass; a deaf emulator would not.
        accept_timer_.expires_after(kAcceptPause);
        accept_timer_.async_wait([this](const error_code& cancelled) {
            if (!cancelled) {
                accept();
            }
        });
        return;
    }
    host_ = std::make_shared<ApduHost>(
        std::move(socket),
        ApduHost::Callbacks{[this](Bytes command) { received(std::move(command)); },
                            [this] { drop_host(); }});
    host_->read();
    for (const auto& delivery : std::exchange(unclaimed_, {})) {
        transmit(delivery);
    }
}

void TcpCable::received(Bytes command) {
    commands_.push_back(std::move(command));
    work();
    if (host_ && commands_.size() < kMostWaiting) {
        host_->read();
    }
}

// Gives the device its commands one by one, until an answer takes its time.
void TcpCable::work() {
    while (!answering_ && !commands_.empty()) {
        const auto command = std::move(commands_.front());
        commands_.pop_front();
        auto delivery = bench_.exchange(command);
        if (delivery) {
            send(std::move(*delivery));
        }
    }
}

void TcpCable::send(Delivery delivery) {
    if (delivery.delay <= Duration{0}) {
        transmit(delivery);
        return;
    }
    answering_ = true;
    answer_timer_.expires_after(delivery.delay);
    answer_timer_.async_wait([this, delivery](const error_code& cancelled) {
        if (!cancelled) {
            finish(delivery);
        }
    });
}

void TcpCable::finish(const Delivery& delivery) {
    answering_ = false;
    transmit(delivery);
    work();
    if (host_) {
        host_->read();
    }
}

void TcpCable::transmit(const Delivery& delivery) {
    if (!host_) {
        if (plugged() && delivery.end == Delivery::End::send) {
            unclaimed_.push_back(delivery);
        }
        return;
    }
    switch (delivery.end) {
        case Delivery::End::send:
            host_->write(delivery.frame);
            break;
        case Delivery::End::nothing:
            break;
        case Delivery::End::close:
            drop_host();
            break;
        case Delivery::End::send_then_close:
            host_->write(delivery.frame);
            host_->close_after_writing();
            break;
    }
}

void TcpCable::drop_host() {
    if (host_) {
        std::exchange(host_, nullptr)->close();
    }
    commands_.clear();
    accept();
}

void TcpCable::forget_answers() {
    answer_timer_.cancel();
    answering_ = false;
    unclaimed_.clear();
}

void TcpCable::unplug() {
    error_code ignored;
    acceptor_.close(ignored);
    forget_answers();
    drop_host();
}

bool TcpCable::plug() {
    if (plugged()) {
        return true;
    }
    auto acceptor = listen_on(acceptor_.get_executor(), endpoint_.port());
    if (!acceptor) {
        return false;
    }
    acceptor_ = std::move(*acceptor);
    accept();
    return true;
}

void TcpCable::device_restarted(bool host_waits) {
    const auto lost = host_waits || answering_;
    forget_answers();
    if (lost) {
        drop_host();
    }
}

}  // namespace

Result<std::unique_ptr<ApduServer>> serve_apdus(asio::io_context& io,
                                                std::uint16_t port,
                                                Bench& bench) {
    auto acceptor = listen_on(io.get_executor(), port);
    if (!acceptor) {
        return acceptor.error();
    }
    return std::unique_ptr<ApduServer>(std::make_unique<TcpCable>(io, std::move(*acceptor), bench));
}

}  // namespace ledger_bridge::emulator
