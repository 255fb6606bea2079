// Wakes the devices' sessions when something is plugged or pulled.
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "daemon/devices.hpp"
#include "driver/hotplug.hpp"

namespace ledger_bridge::daemon {

// Thread of the io_context alone; `devices` must outlive it. Events can get lost, or never come
// at all: without them the sessions still look for themselves.
class UsbWatch {
public:
    UsbWatch(boost::asio::io_context& io, const Devices& devices, driver::HidBackend backend);
    ~UsbWatch();
    UsbWatch(const UsbWatch&) = delete;
    UsbWatch& operator=(const UsbWatch&) = delete;
    UsbWatch(UsbWatch&&) = delete;
    UsbWatch& operator=(UsbWatch&&) = delete;

    void start();

private:
    void await_event();
    void on_event();

    const Devices& devices_;
    driver::HidBackend backend_;
    std::unique_ptr<driver::Hotplug> hotplug_;
    boost::asio::posix::stream_descriptor events_;
};

}  // namespace ledger_bridge::daemon
