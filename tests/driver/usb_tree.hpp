// A device tree in a directory of its own, as the kernel would show it for given USB devices.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "driver/enumerate.hpp"

namespace ledger_bridge::driver::test {

// Report descriptors in hex: a Ledger's APDU interface, FIDO, a keyboard.
inline constexpr std::string_view kApduDescriptor =
    "06a0ff0901a1010903150026ff007508954081080904150026ff00750895409108c0";
inline constexpr std::string_view kFidoDescriptor = "06d0f10901a101c0";
inline constexpr std::string_view kKeyboardDescriptor = "05010906a101c0";

struct TreeInterface {
    std::string hid_class = "03";
    std::string hidraw = "hidraw0";  // empty: no driver, and so no descriptor either
    std::string_view descriptor = kApduDescriptor;
    std::string driver = "usbhid";
};

struct TreeDevice {
    std::string bus_path = "1-1";
    std::string vendor = "2c97";
    std::string product_id = "5011";
    std::string product = "Nano S Plus";
    std::string serial = "0001";
    int number = 4;  // on bus 1
    std::vector<TreeInterface> interfaces = {TreeInterface{}};
};

class UsbTree {
public:
    UsbTree();
    UsbTree(const UsbTree&) = delete;
    UsbTree& operator=(const UsbTree&) = delete;
    UsbTree(UsbTree&&) = delete;
    UsbTree& operator=(UsbTree&&) = delete;
    ~UsbTree();

    void add(const TreeDevice& device);
    void remove(const std::string& bus_path);

    [[nodiscard]] DeviceTree places() const { return {root_ / "sys", root_ / "dev"}; }
    [[nodiscard]] std::string node(const std::string& name) const { return root_ / "dev" / name; }
    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

private:
    void add_interface(const TreeDevice& device, std::size_t number);
    [[nodiscard]] std::filesystem::path device_directory(const std::string& bus_path) const;

    std::filesystem::path root_;
};

// While it lives, this process has the rights of an ordinary user, even when root runs the test.
class OrdinaryUser {
public:
    OrdinaryUser();
    OrdinaryUser(const OrdinaryUser&) = delete;
    OrdinaryUser& operator=(const OrdinaryUser&) = delete;
    OrdinaryUser(OrdinaryUser&&) = delete;
    OrdinaryUser& operator=(OrdinaryUser&&) = delete;
    ~OrdinaryUser();

private:
    bool was_root_;
};

}  // namespace ledger_bridge::driver::test
