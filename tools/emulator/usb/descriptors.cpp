#include "tools/emulator/usb/descriptors.hpp"

#include <array>
#include <string_view>

#include "tools/emulator/usb/hid_frames.hpp"
#include "tools/emulator/usb/product.hpp"

namespace ledger_bridge::emulator {

namespace {

// Descriptor types.
constexpr std::uint8_t kDevice = 0x01;
constexpr std::uint8_t kConfigurationType = 0x02;
constexpr std::uint8_t kString = 0x03;
constexpr std::uint8_t kInterfaceType = 0x04;
constexpr std::uint8_t kEndpoint = 0x05;
constexpr std::uint8_t kHidType = 0x21;
constexpr std::uint8_t kHidReport = 0x22;

constexpr std::uint16_t kUsbVersion = 0x0200;
constexpr std::uint16_t kHidVersion = 0x0111;
constexpr std::uint8_t kControlPacketSize = 64;
constexpr std::uint8_t kBusPowered = 0x80;
constexpr std::uint8_t kPower = 50;  // in units of 2 mA
constexpr std::uint8_t kInterruptTransfer = 0x03;
constexpr std::uint16_t kEnglish = 0x0409;
constexpr std::array<std::string_view, 3> kStrings{"Ledger", "Nano S Plus", "0001"};

// USB is little-endian.
class DescriptorWriter {
public:
    DescriptorWriter& u8(std::uint8_t value) {
        bytes_.push_back(value);
        return *this;
    }
    DescriptorWriter& u16(std::size_t value) {
        return u8(static_cast<std::uint8_t>(value)).u8(static_cast<std::uint8_t>(value >> 8U));
    }
    Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_;
};

// With its length and type in front.
Bytes descriptor(std::uint8_t type, const Bytes& content) {
    const auto size = static_cast<std::uint8_t>(content.size() + 2);
    return ByteWriter().u8(size).u8(type).bytes(content).take();
}

Bytes endpoint_descriptor(std::uint8_t address) {
    return descriptor(kEndpoint,
                      DescriptorWriter()
                          .u8(address)
                          .u8(kInterruptTransfer)
                          .u16(kReportSize)
                          .u8(kPollInterval)
                          .take());
}

Bytes interface_descriptor() {
    return descriptor(kInterfaceType,
                      DescriptorWriter()
                          .u8(kInterface)
                          .u8(0)  // alternate setting
                          .u8(2)  // endpoints
                          .u8(kHidClass)
                          .u8(0)  // no subclass
                          .u8(0)  // no protocol
                          .u8(0)  // no name
                          .take());
}

}  // namespace

Bytes device_descriptor(std::uint16_t product_id) {
    return descriptor(kDevice,
                      DescriptorWriter()
                          .u16(kUsbVersion)
                          .u8(0)  // the class is the interface's
                          .u8(0)
                          .u8(0)
                          .u8(kControlPacketSize)
                          .u16(kVendorId)
                          .u16(product_id)
                          .u16(kDeviceRelease)
                          .u8(1)  // strings: manufacturer, product, serial number
                          .u8(2)
                          .u8(3)
                          .u8(1)  // configurations
                          .take());
}

Bytes configuration_descriptor() {
    const auto parts = ByteWriter()
                           .bytes(interface_descriptor())
                           .bytes(hid_descriptor())
                           .bytes(endpoint_descriptor(kReportsIn))
                           .bytes(endpoint_descriptor(kReportsOut))
                           .take();
    constexpr std::size_t own_size = 9;
    const auto own = descriptor(kConfigurationType,
                                DescriptorWriter()
                                    .u16(own_size + parts.size())
                                    .u8(1)  // interfaces
                                    .u8(kConfiguration)
                                    .u8(0)  // no name
                                    .u8(kBusPowered)
                                    .u8(kPower)
                                    .take());
    return ByteWriter().bytes(own).bytes(parts).take();
}

Bytes hid_descriptor() {
    return descriptor(kHidType,
                      DescriptorWriter()
                          .u16(kHidVersion)
                          .u8(0)  // no country
                          .u8(1)  // descriptors that follow
                          .u8(kHidReport)
                          .u16(report_descriptor().size())
                          .take());
}

Bytes report_descriptor() {
    return {
        0x06, 0xa0, 0xff,  // usage page: vendor's, ffa0
        0x09, 0x01,        // usage 1
        0xa1, 0x01,        // collection: application
        0x09, 0x03,        // usage 3
        0x15, 0x00,        // logical minimum 0
        0x26, 0xff, 0x00,  // logical maximum 255
        0x75, 0x08,        // 8 bits
        0x95, 0x40,        // 64 times
        0x81, 0x08,        // input: data, array, wrap
        0x09, 0x04,        // usage 4
        0x15, 0x00,        // the same, as output
        0x26, 0xff, 0x00,  //
        0x75, 0x08,        //
        0x95, 0x40,        //
        0x91, 0x08,        //
        0xc0,              // end
    };
}

std::optional<Bytes> string_descriptor(std::uint8_t index) {
    DescriptorWriter content;
    if (index == 0) {
        return descriptor(kString, content.u16(kEnglish).take());
    }
    if (index > kStrings.size()) {
        return std::nullopt;
    }
    for (const auto letter : kStrings.at(index - 1U)) {
        content.u16(static_cast<std::uint8_t>(letter));  // UTF-16
    }
    return descriptor(kString, content.take());
}

}  // namespace ledger_bridge::emulator
