#include "tools/emulator/usb/redir_host.hpp"

#include <chrono>
#include <functional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "tools/emulator/usb/product.hpp"

namespace ledger_bridge::emulator {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = asio::steady_timer::clock_type;

// A device on its way to another app answers first; the host has this long to take the answer.
constexpr std::chrono::milliseconds kLeave{200};
// And is gone for this long.
constexpr std::chrono::milliseconds kAway{300};
// Reports that nobody reads; a device with more takes no further command.
constexpr std::size_t kMostWaiting = 64;

}  // namespace

RedirHost::RedirHost(asio::ip::tcp::socket socket, Callbacks callbacks, Bench& bench)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      callbacks_(std::move(callbacks)),
      bench_(bench),
      usb_({[this](ByteView report) { got_report(report); }, [this] { assembler_ = {}; }}) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void RedirHost::start() {
    attach();
    receive();
}

void RedirHost::read() {
    ready_ = true;
    flush();
}

// A host that does not take what it asked for is not heard either.
void RedirHost::receive() {
    if (receiving_ || writing_ || !socket_.is_open()) {
        return;
    }
    receiving_ = true;
    socket_.async_read_some(asio::buffer(incoming_),
                            std::bind_front(&RedirHost::got_bytes, shared_from_this()));
}

void RedirHost::got_bytes(const error_code& error, std::size_t size) {
    receiving_ = false;
    if (error || !usb_.take(ByteView(incoming_).first(size))) {
        lose();
        return;
    }
    flush();
    receive();
}

// Between two reports of a command, the cable may go; after the last one, the device is busy until
// it is asked for more.
void RedirHost::got_report(ByteView report) {
    if (stage_ != Stage::plugged_in) {
        return;
    }
    auto command = assembler_.add(report);
    if (command) {
        ready_ = false;
        usb_.set_busy(true);
        // A copy: what it does may close this connection and empty the callbacks.
        const auto received = callbacks_.received;
        if (received) {
            received(std::move(*command));
        }
        return;
    }
    const auto name = bench_.device().name_of(assembler_.begun());
    if (assembler_.reports() > 0 && bench_.faults().breaks_off(name, assembler_.reports())) {
        lose();
    }
}

// What the device has to say to the host, in one piece at a time; and whether it is busy.
void RedirHost::flush() {
    usb_.set_busy(!ready_ || usb_.waiting() > kMostWaiting || writing_);
    if (writing_ || !socket_.is_open()) {
        return;
    }
    outgoing_ = usb_.output();
    if (outgoing_.empty()) {
        return;
    }
    writing_ = true;
    asio::async_write(
        socket_, asio::buffer(outgoing_), std::bind_front(&RedirHost::wrote, shared_from_this()));
}

void RedirHost::wrote(const error_code& error, std::size_t /*size*/) {
    writing_ = false;
    if (error) {
        lose();
        return;
    }
    flush();
    receive();
}

void RedirHost::deliver(const Delivery& delivery) {
    if (stage_ == Stage::plugged_in) {
        answer(delivery);
        flush();
    }
}

void RedirHost::answer(const Delivery& delivery) {
    auto reports = to_reports(assembler_.channel(), delivery.answer);
    switch (delivery.end) {
        case Delivery::End::send:
            usb_.send(reports);
            answered_ = Clock::now();
            break;
        case Delivery::End::cut:
            reports.pop_back();
            usb_.send(reports);
            answered_ = Clock::now();
            leave_then(&RedirHost::lose);
            break;
        case Delivery::End::nothing:
            break;
        case Delivery::End::close:
            lose();
            break;
    }
}

bool RedirHost::follow_app() {
    if (stage_ == Stage::plugged_in) {
        leave_then(&RedirHost::detach);
    }
    return true;
}

bool RedirHost::restarts_with_device(bool /*answer_lost*/) {
    detach();
    return true;
}

// At once when the host had its time for the last answer.
void RedirHost::leave_then(Step step) {
    stage_ = Stage::leaving;
    const auto since = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - answered_);
    if (since >= kLeave) {
        (this->*step)();
    } else {
        in(kLeave - since, step);
    }
}

void RedirHost::detach() {
    stage_ = Stage::away;
    usb_.detach();
    flush();
    in(kAway, &RedirHost::attach);
}

void RedirHost::attach() {
    stage_ = Stage::plugged_in;
    assembler_ = {};
    usb_.attach(product_id(bench_.device().app()));
    read();
}

void RedirHost::in(std::chrono::milliseconds delay, Step step) {
    timer_.expires_after(delay);
    timer_.async_wait([self = shared_from_this(), step](const error_code& cancelled) {
        if (!cancelled && self->socket_.is_open()) {
            ((*self).*step)();
        }
    });
}

void RedirHost::close() {
    callbacks_ = {};
    stage_ = Stage::away;
    timer_.cancel();
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void RedirHost::lose() {
    const auto gone = std::exchange(callbacks_, {}).gone;
    close();
    if (gone) {
        gone();
    }
}

}  // namespace ledger_bridge::emulator
