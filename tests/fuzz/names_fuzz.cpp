// Any text as each of the names and values that people type; any bytes as what USB says.

#include <sstream>
#include <string>

#include "apdu/ledger_uri.hpp"
#include "apdu/types.hpp"
#include "daemon/config/listen_address.hpp"
#include "daemon/config/values.hpp"
#include "driver/device_name.hpp"
#include "driver/hotplug.hpp"
#include "driver/report_descriptor.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge {
namespace {

void check_names(const std::string& text) {
    if (const auto device = driver::parse_device_name(text)) {
        const auto again = driver::parse_device_name(device->text());
        require(again && *again == *device, "a device's name survives its text");
    }
    if (const auto uri = apdu::parse_ledger_uri(text)) {
        const auto again = apdu::parse_ledger_uri(uri->text());
        require(again && *again == *uri, "a key's name survives its text");
    }
    if (const auto address = daemon::parse_listen_address(text)) {
        const auto again = daemon::parse_listen_address(address->text());
        require(again && *again == *address, "an address survives its text");
        static_cast<void>(address->loopback());
    }
    if (const auto curve = apdu::parse_curve(text)) {
        const auto again = apdu::parse_curve(apdu::curve_name(*curve));
        require(again && *again == *curve, "a curve survives its name");
    }
    if (const auto chain = apdu::parse_chain_id(text)) {
        const auto again = apdu::parse_chain_id(apdu::chain_display_name(*chain));
        require(again && *again == *chain, "a chain survives its name");
        static_cast<void>(apdu::is_test_network(*chain));
    }
}

void check_values(const std::string& text) {
    constexpr std::uint64_t kLow = 5;
    constexpr std::uint64_t kHigh = 1 << 20;
    const auto number = daemon::parse_number(text, kLow, kHigh);
    require(!number || (*number >= kLow && *number <= kHigh), "a number within its limits");
    const auto size = daemon::parse_size(text, kLow, kHigh);
    require(!size || (*size >= kLow && *size <= kHigh), "a size within its limits");
    const auto time = daemon::parse_duration(text);
    require(!time || (*time >= std::chrono::milliseconds(1) && *time <= std::chrono::hours(1)),
            "a time within its limits");
    const auto level = apdu::parse_level(text);
    require(!level || level->value == 0 ||
                std::to_string(level->value) == text.substr(text.find_first_not_of('0')),
            "a level is its digits");
}

// Four lines.
void check_event(const std::string& text) {
    std::istringstream lines(text);
    driver::Uevent said;
    for (auto* field : {&said.action, &said.subsystem, &said.syspath, &said.product}) {
        std::getline(lines, *field);
    }
    const auto event = driver::hotplug_event(said);
    if (event) {
        require(said.syspath.find(event->bus_path) != std::string::npos, "the port is in the path");
        require(driver::concerns(*event, driver::HidBackend::hidraw) !=
                    driver::concerns(*event, driver::HidBackend::libusb),
                "an event concerns one of the two");
    }
}

}  // namespace
}  // namespace ledger_bridge

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    ledger_bridge::check_names(text);
    ledger_bridge::check_values(text);
    ledger_bridge::check_event(text);
    static_cast<void>(ledger_bridge::driver::usage_page({data, size}));
    return 0;
}
