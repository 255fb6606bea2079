#include "daemon/usb_watch.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace ledger_bridge::daemon {

UsbWatch::UsbWatch(boost::asio::io_context& io, const Devices& devices, driver::HidBackend backend)
    : devices_(devices), backend_(backend), events_(io) {}

UsbWatch::~UsbWatch() {
    if (hotplug_ != nullptr) {
        events_.release();  // the descriptor is the monitor's
    }
}

void UsbWatch::start() {
    auto hotplug = driver::Hotplug::start();
    if (!hotplug) {
        spdlog::debug("no hot-plug events: {}", hotplug.error().text());
        return;
    }
    hotplug_ = std::move(*hotplug);
    events_.assign(hotplug_->fd());
    await_event();
}

void UsbWatch::await_event() {
    events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                           if (!error) {
                               on_event();
                           }
                       });
}

void UsbWatch::on_event() {
    const auto events = hotplug_->read();
    if (!events) {
        spdlog::warn("hot-plug events end: {}", events.error().text());
        return;
    }
    const bool news = std::any_of(events->begin(), events->end(), [this](const auto& event) {
        return driver::concerns(event, backend_);
    });
    for (const auto& device : devices_.threads()) {
        if (news) {
            device->wake();
        }
    }
    await_event();
}

}  // namespace ledger_bridge::daemon
