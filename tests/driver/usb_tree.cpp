#include "tests/driver/usb_tree.hpp"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "driver/base/bytes.hpp"
#include "driver/sysfs.hpp"

#include <stdlib.h>

namespace ledger_bridge::driver::test {

namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

void write_text(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

fs::path new_directory() {
    auto pattern = (fs::temp_directory_path() / "usb-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("mkdtemp failed");
    }
    // An ordinary user looks into it as well.
    fs::permissions(pattern, fs::perms{0755});
    return pattern;
}

std::string two_digits(std::size_t number) {
    return "0" + std::to_string(number);
}

}  // namespace

UsbTree::UsbTree() : root_(new_directory()) {
    fs::create_directories(root_ / "dev");
    fs::create_directories(root_ / "sys/bus/usb/devices");
}

UsbTree::~UsbTree() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

fs::path UsbTree::device_directory(const std::string& bus_path) const {
    return root_ / "sys/devices/pci0000:00/usb1" / bus_path;
}

void UsbTree::add(const TreeDevice& device) {
    const auto directory = device_directory(device.bus_path);
    write_text(directory / "idVendor", device.vendor + "\n");
    write_text(directory / "idProduct", device.product_id + "\n");
    write_text(directory / "product", device.product + "\n");
    write_text(directory / "serial", device.serial + "\n");
    write_text(directory / "busnum", "1\n");
    write_text(directory / "devnum", std::to_string(device.number) + "\n");
    write_text(root_ / "dev/bus/usb/001" / ("00" + std::to_string(device.number)), "");
    fs::create_symlink(directory, root_ / "sys/bus/usb/devices" / device.bus_path);
    for (std::size_t number = 0; number < device.interfaces.size(); ++number) {
        add_interface(device, number);
    }
}

void UsbTree::add_interface(const TreeDevice& device, std::size_t number) {
    const auto& interface = device.interfaces[number];
    const auto name = device.bus_path + ":1." + std::to_string(number);
    const auto directory = device_directory(device.bus_path) / name;
    write_text(directory / "bInterfaceNumber", two_digits(number) + "\n");
    write_text(directory / "bInterfaceClass", interface.hid_class + "\n");
    fs::create_symlink(directory, root_ / "sys/bus/usb/devices" / name);
    if (!interface.driver.empty()) {
        fs::create_symlink(root_ / "sys/bus/usb/drivers" / interface.driver, directory / "driver");
    }
    if (!interface.hidraw.empty()) {
        const auto hid = directory / ("0003:2C97:" + device.product_id + ".0001");
        const auto descriptor = from_hex(interface.descriptor).value();
        write_text(hid / "report_descriptor", std::string(descriptor.begin(), descriptor.end()));
        fs::create_directories(hid / "hidraw" / interface.hidraw);
        write_text(root_ / "dev" / interface.hidraw, "");
    }
}

void UsbTree::remove(const std::string& bus_path) {
    const auto links = root_ / "sys/bus/usb/devices";
    for (const auto& name : names_in(links)) {
        if (name == bus_path || name.starts_with(bus_path + ":")) {
            fs::remove(links / name);
        }
    }
    fs::remove_all(device_directory(bus_path));
}

OrdinaryUser::OrdinaryUser() : was_root_(::geteuid() == 0) {
    if (was_root_ && ::seteuid(kNobody) != 0) {
        throw std::runtime_error("seteuid failed");
    }
}

OrdinaryUser::~OrdinaryUser() {
    if (was_root_ && ::seteuid(0) != 0) {
        std::abort();
    }
}

}  // namespace ledger_bridge::driver::test
