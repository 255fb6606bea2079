#include "tools/emulator/usb/usb_device.hpp"

#include <algorithm>
#include <utility>

#include "tools/emulator/usb/descriptors.hpp"

namespace ledger_bridge::emulator {

namespace {

// More than a host has under way at once.
constexpr std::size_t kMostHeld = 256;

TransferStatus success_if(bool condition) {
    return condition ? TransferStatus::success : TransferStatus::stall;
}

}  // namespace

bool UsbDevice::take(ByteView bytes) {
    return parser_.take(bytes) && !flooded_;
}

void UsbDevice::attach(std::uint16_t product_id) {
    forget();
    product_id_ = product_id;
    if (greeted_) {
        parser_.connect(product_id);
    }
}

void UsbDevice::detach() {
    if (product_id_ && greeted_) {
        parser_.disconnect();
    }
    product_id_.reset();
    forget();
}

void UsbDevice::forget() {
    waiting_.clear();
    held_.clear();
    configuration_ = 0;
    receiving_ = false;
}

void UsbDevice::send(const std::vector<Report>& reports) {
    if (configuration_ == kConfiguration) {
        waiting_.insert(waiting_.end(), reports.begin(), reports.end());
        flush();
    }
}

void UsbDevice::flush() {
    while (receiving_ && !waiting_.empty()) {
        parser_.input(kReportsIn, waiting_.front());
        waiting_.pop_front();
    }
}

void UsbDevice::hello() {
    if (!std::exchange(greeted_, true) && product_id_) {
        parser_.connect(*product_id_);
    }
}

void UsbDevice::reset() {
    forget();
    callbacks_.started();
}

void UsbDevice::set_configuration(RequestId id, std::uint8_t value) {
    const auto known = product_id_ && value <= kConfiguration;
    if (known) {
        reset();
        configuration_ = value;
    }
    parser_.configuration(id, success_if(known), configuration_);
}

void UsbDevice::get_configuration(RequestId id) {
    parser_.configuration(id, success_if(product_id_.has_value()), configuration_);
}

void UsbDevice::set_alternate(RequestId id, std::uint8_t interface, std::uint8_t alternate) {
    const auto known = product_id_ && interface == kInterface && alternate == 0;
    parser_.alternate(id, success_if(known), interface);
}

void UsbDevice::get_alternate(RequestId id, std::uint8_t interface) {
    parser_.alternate(id, success_if(product_id_ && interface == kInterface), interface);
}

void UsbDevice::control(RequestId id, std::uint8_t endpoint, const SetupPacket& setup) {
    const auto answer = product_id_ ? answer_setup(setup, *product_id_) : std::nullopt;
    parser_.control_answer(id, endpoint, setup, answer);
}

void UsbDevice::receive(RequestId id, std::uint8_t endpoint, bool begin) {
    const auto known = configuration_ == kConfiguration && endpoint == kReportsIn;
    parser_.receiving(id, success_if(known), endpoint);
    if (known) {
        receiving_ = begin;
        flush();
    }
}

void UsbDevice::output(RequestId id, std::uint8_t endpoint, ByteView data) {
    if (configuration_ != kConfiguration || endpoint != kReportsOut) {
        parser_.output_done(id, TransferStatus::stall, endpoint, 0);
        return;
    }
    held_.push_back({id, Bytes(data.begin(), data.end())});
    flooded_ = flooded_ || held_.size() > kMostHeld;
    accept_held();
}

void UsbDevice::set_busy(bool busy) {
    busy_ = busy;
    accept_held();
}

// A report may complete a command, and make the device busy.
void UsbDevice::accept_held() {
    while (!busy_ && !held_.empty()) {
        const auto held = std::move(held_.front());
        held_.pop_front();
        parser_.output_done(held.id, TransferStatus::success, kReportsOut, held.report.size());
        callbacks_.received(held.report);
    }
}

void UsbDevice::cancel(RequestId id) {
    const auto found =
        std::ranges::find_if(held_, [id](const Held& held) { return held.id == id; });
    if (found != held_.end()) {
        held_.erase(found);
        parser_.output_done(id, TransferStatus::cancelled, kReportsOut, 0);
    }
}

}  // namespace ledger_bridge::emulator
