#include "tools/emulator/rig/device_cable.hpp"

#include <algorithm>
#include <utility>

#include "tools/emulator/rig/listen.hpp"

namespace ledger_bridge::emulator {

namespace {

using boost::asio::ip::tcp;

constexpr std::size_t kMostWaiting = 16;

}  // namespace

DeviceCable::DeviceCable(boost::asio::io_context& io, Bench& bench)
    : io_(io), bench_(bench), answer_timer_(io), app_(bench.device().app()) {}

Result<std::uint16_t> DeviceCable::open_port(std::uint16_t number, HostMaker make_host) {
    auto acceptor = listen_on(io_.get_executor(), number);
    if (!acceptor) {
        return acceptor.error();
    }
    auto accepted = [this, make_host = std::move(make_host)](tcp::socket socket) {
        connected(make_host(
            std::move(socket),
            {[this](Bytes command) { received(std::move(command)); }, [this] { drop_host(); }}));
    };
    ports_.push_back(std::make_unique<HostPort>(
        std::move(*acceptor),
        HostPort::Callbacks{[this] { return plugged_ && !host_; }, std::move(accepted)}));
    ports_.back()->accept();
    return ports_.back()->number();
}

void DeviceCable::accept() {
    for (const auto& port : ports_) {
        port->accept();
    }
}

void DeviceCable::connected(std::shared_ptr<Host> host) {
    host_ = std::move(host);
    host_->read();
    for (const auto& delivery : std::exchange(unclaimed_, {})) {
        transmit(delivery);
    }
}

void DeviceCable::received(Bytes command) {
    commands_.push_back(std::move(command));
    work();
    if (host_ && commands_.size() < kMostWaiting) {
        host_->read();
    }
}

// Gives the device its commands one by one, until an answer takes its time.
void DeviceCable::work() {
    while (!answering_ && !commands_.empty()) {
        const auto command = std::move(commands_.front());
        commands_.pop_front();
        auto delivery = bench_.exchange(command);
        if (delivery) {
            send(std::move(*delivery));
        }
    }
}

void DeviceCable::send(Delivery delivery) {
    if (delivery.delay <= Duration{0}) {
        transmit(delivery);
        follow_app();
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

void DeviceCable::finish(const Delivery& delivery) {
    answering_ = false;
    transmit(delivery);
    follow_app();
    work();
    if (host_) {
        host_->read();
    }
}

void DeviceCable::transmit(const Delivery& delivery) {
    if (host_) {
        // Kept alive: it may be dropped while it delivers.
        const auto host = host_;
        host->deliver(delivery);
    } else if (plugged() && delivery.end == Delivery::End::send) {
        unclaimed_.push_back(delivery);
    }
}

// After the answer that was under way when the app changed.
void DeviceCable::follow_app() {
    const auto app = bench_.device().app();
    if (answering_ || std::exchange(app_, app) == app || !host_) {
        return;
    }
    if (host_->follow_app()) {
        commands_.clear();
    }
}

void DeviceCable::drop_host() {
    if (host_) {
        const auto host = std::exchange(host_, nullptr);
        host->close();
        if (!host->leaves_answers()) {
            forget_answers();
        }
    }
    commands_.clear();
    accept();
}

void DeviceCable::forget_answers() {
    answer_timer_.cancel();
    answering_ = false;
    unclaimed_.clear();
}

void DeviceCable::unplug() {
    plugged_ = false;
    for (const auto& port : ports_) {
        port->close();
    }
    forget_answers();
    drop_host();
}

bool DeviceCable::plug() {
    if (plugged_) {
        return true;
    }
    for (const auto& port : ports_) {
        if (!port->open()) {
            std::ranges::for_each(ports_, [](const auto& opened) { opened->close(); });
            return false;
        }
    }
    plugged_ = true;
    accept();
    return true;
}

void DeviceCable::device_restarted(bool host_waits) {
    const auto lost = host_waits || answering_;
    forget_answers();
    commands_.clear();
    app_ = bench_.device().app();
    if (host_ && !host_->restarts_with_device(lost)) {
        drop_host();
    }
}

}  // namespace ledger_bridge::emulator
