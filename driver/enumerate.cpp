#include "driver/enumerate.hpp"

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "driver/report_descriptor.hpp"
#include "driver/sysfs.hpp"

namespace ledger_bridge::driver {

namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kHidClass = 0x03;

// One HID interface of a device, as its directory shows it.
struct HidInterface {
    std::string path;
    std::uint16_t number = 0;
    std::string hidraw_name;            // "hidraw0" or empty
    std::optional<std::uint32_t> page;  // nothing while no driver has read the descriptor
    bool claimed = false;
};

bool is_accessible(const std::string& node) {
    // The effective user's rights, which are those that open() goes by.
    return !node.empty() && ::faccessat(AT_FDCWD, node.c_str(), R_OK | W_OK, AT_EACCESS) == 0;
}

// The HID driver's directory below the interface: "0003:2C97:5011.0001".
void read_hid_driver(const fs::path& directory, HidInterface& interface) {
    for (const auto& name : names_in(directory)) {
        const auto descriptor = read_attribute(directory / name / "report_descriptor");
        if (!descriptor) {
            continue;
        }
        interface.page = usage_page(*descriptor);
        const auto nodes = names_in(directory / name / "hidraw");
        interface.hidraw_name = nodes.empty() ? "" : nodes.front();
        return;
    }
}

std::optional<HidInterface> read_interface(const fs::path& directory) {
    const auto number = read_number(directory / "bInterfaceNumber", 16);
    if (!number || read_number(directory / "bInterfaceClass", 16) != kHidClass) {
        return std::nullopt;
    }
    HidInterface interface;
    interface.path = directory.filename().string();
    interface.number = *number;
    std::error_code error;
    const auto driver = fs::read_symlink(directory / "driver", error);
    interface.claimed = !error && driver.filename() == "usbfs";
    read_hid_driver(directory, interface);
    return interface;
}

std::vector<HidInterface> hid_interfaces(const fs::path& device) {
    const auto start = device.filename().string() + ":";
    std::vector<HidInterface> interfaces;
    for (const auto& name : names_in(device)) {
        if (!name.starts_with(start)) {
            continue;
        }
        if (auto interface = read_interface(device / name)) {
            interfaces.push_back(std::move(*interface));
        }
    }
    return interfaces;
}

// The other interfaces of a device speak FIDO or type passwords. While no driver has read the
// descriptors, as under the libusb backend, the number decides: the APDU interface comes first.
std::optional<HidInterface> apdu_interface(const fs::path& device) {
    const auto interfaces = hid_interfaces(device);
    const auto by_page = std::find_if(interfaces.begin(), interfaces.end(), [](const auto& one) {
        return one.page == kLedgerUsagePage;
    });
    if (by_page != interfaces.end()) {
        return *by_page;
    }
    const auto first = std::find_if(
        interfaces.begin(), interfaces.end(), [](const auto& one) { return one.number == 0; });
    return first == interfaces.end() ? std::nullopt : std::optional(*first);
}

std::string three_digits(std::uint16_t number) {
    const auto digits = std::to_string(number);
    return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

std::string usb_node_of(const fs::path& device, const DeviceTree& tree) {
    const auto bus = read_number(device / "busnum", 10);
    const auto number = read_number(device / "devnum", 10);
    if (!bus || !number) {
        return {};
    }
    return (tree.dev / "bus/usb" / three_digits(*bus) / three_digits(*number)).string();
}

std::optional<UsbDevice> read_device(const fs::path& directory, const DeviceTree& tree) {
    const auto product_id = read_number(directory / "idProduct", 16);
    if (!product_id || read_number(directory / "idVendor", 16) != kLedgerVendor) {
        return std::nullopt;
    }
    const auto interface = apdu_interface(directory);
    if (!interface) {
        return std::nullopt;
    }
    const auto* product = find_product(*product_id);
    UsbDevice device;
    device.path = interface->path;
    device.bus_path = directory.filename().string();
    device.usb_node = usb_node_of(directory, tree);
    device.hidraw =
        interface->hidraw_name.empty() ? "" : (tree.dev / interface->hidraw_name).string();
    device.product_id = *product_id;
    device.state = product_state(*product_id);
    device.model = product == nullptr ? "unknown" : product->model;
    device.product = read_text(directory / "product");
    device.serial = read_text(directory / "serial");
    device.claimed = interface->claimed;
    device.hidraw_accessible = is_accessible(device.hidraw);
    device.usb_accessible = is_accessible(device.usb_node);
    return device;
}

Error denied(const std::string& node) {
    return fail(Errc::permission_denied, node);
}

}  // namespace

std::string UsbDevice::text() const {
    return model + " at " + bus_path + (hidraw.empty() ? "" : " (" + hidraw + ")");
}

std::vector<UsbDevice> enumerate(const DeviceTree& tree) {
    const auto directory = tree.sys / "bus/usb/devices";
    std::vector<UsbDevice> devices;
    for (const auto& name : names_in(directory)) {
        // Interfaces are listed beside the devices; only their names have a colon.
        if (name.find(':') != std::string::npos) {
            continue;
        }
        if (auto device = read_device(directory / name, tree)) {
            devices.push_back(std::move(*device));
        }
    }
    return devices;
}

Result<std::string> openable_path(const UsbDevice& device, HidBackend backend) {
    if (backend == HidBackend::libusb) {
        return device.usb_accessible ? Result<std::string>(device.path) : denied(device.usb_node);
    }
    if (device.claimed) {
        return fail(Errc::device_busy, device.bus_path + " is claimed through libusb");
    }
    if (device.hidraw.empty()) {
        return fail(Errc::no_hid_driver, device.text());
    }
    return device.hidraw_accessible ? Result<std::string>(device.hidraw) : denied(device.hidraw);
}

}  // namespace ledger_bridge::driver
