// A device opened through one of Debian's two hidapi libraries.
#pragma once

#include <memory>
#include <string>

#include <hidapi/hidapi.h>

#include "driver/hid_backend.hpp"
#include "driver/report_port.hpp"

namespace ledger_bridge::driver {

// The functions of one loaded library.
struct HidApi {
    HidBackend backend = HidBackend::hidraw;
    decltype(&::hid_init) init = nullptr;
    decltype(&::hid_open_path) open_path = nullptr;
    decltype(&::hid_close) close = nullptr;
    decltype(&::hid_write) write = nullptr;
    decltype(&::hid_read_timeout) read_timeout = nullptr;
    decltype(&::hid_error) error = nullptr;
};

// Loads and initialises the backend's library when it is first asked for; it stays loaded. The two
// libraries export the same names, so a program that links both gets the functions of one: here
// each is loaded with its names kept to itself, and only the one that is used need be installed.
// Any thread. Errors: system (the library is not installed).
Result<const HidApi*> load_hid_api(HidBackend backend);

// Opens `path`: a hidraw node, or for the libusb backend an interface as sysfs names it
// ("1-1.2:1.0"). `api` must outlive the port. Any thread; the port then belongs to one.
// Errors: device_busy (libusb: the interface cannot be claimed), disconnected (hidraw: gone or
// refused).
Result<std::unique_ptr<ReportPort>> open_report_port(const HidApi& api, const std::string& path);

}  // namespace ledger_bridge::driver
