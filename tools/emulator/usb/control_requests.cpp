#include "tools/emulator/usb/control_requests.hpp"

#include <algorithm>

#include "tools/emulator/usb/descriptors.hpp"

namespace ledger_bridge::emulator {

namespace {

// request type << 8 | request
constexpr std::uint16_t kGetDeviceStatus = 0x8000;
constexpr std::uint16_t kGetInterfaceStatus = 0x8100;
constexpr std::uint16_t kGetEndpointStatus = 0x8200;
constexpr std::uint16_t kClearEndpointFeature = 0x0201;
constexpr std::uint16_t kGetDeviceDescriptor = 0x8006;
constexpr std::uint16_t kGetInterfaceDescriptor = 0x8106;
constexpr std::uint16_t kSetIdle = 0x210a;

constexpr std::uint16_t kEndpointHalt = 0;

bool has_endpoint(std::uint16_t address) {
    return address == 0 || address == kReportsIn || address == kReportsOut;
}

Bytes no_status_bits() {
    return {0, 0};
}

std::optional<Bytes> standard_descriptor(std::uint16_t value, std::uint16_t product_id) {
    const auto index = static_cast<std::uint8_t>(value);
    switch (value >> 8U) {
        case 1:
            return device_descriptor(product_id);
        case 2:
            return index == 0 ? std::optional(configuration_descriptor()) : std::nullopt;
        case 3:
            return string_descriptor(index);
        default:
            return std::nullopt;
    }
}

std::optional<Bytes> interface_descriptor(const SetupPacket& setup) {
    constexpr std::uint16_t hid = 0x2100;
    constexpr std::uint16_t hid_report = 0x2200;
    if (setup.index != kInterface) {
        return std::nullopt;
    }
    switch (setup.value) {
        case hid:
            return hid_descriptor();
        case hid_report:
            return report_descriptor();
        default:
            return std::nullopt;
    }
}

std::optional<Bytes> done_if(bool condition, Bytes data = {}) {
    return condition ? std::optional(std::move(data)) : std::nullopt;
}

std::optional<Bytes> whole_answer(const SetupPacket& setup, std::uint16_t product_id) {
    switch (static_cast<unsigned>(setup.request_type) << 8U | setup.request) {
        case kGetDeviceStatus:
            return no_status_bits();
        case kGetInterfaceStatus:
            return done_if(setup.index == kInterface, no_status_bits());
        case kGetEndpointStatus:
            return done_if(has_endpoint(setup.index), no_status_bits());
        case kClearEndpointFeature:
            return done_if(has_endpoint(setup.index) && setup.value == kEndpointHalt);
        case kGetDeviceDescriptor:
            return standard_descriptor(setup.value, product_id);
        case kGetInterfaceDescriptor:
            return interface_descriptor(setup);
        case kSetIdle:
            return done_if(setup.index == kInterface);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<Bytes> answer_setup(const SetupPacket& setup, std::uint16_t product_id) {
    auto answer = whole_answer(setup, product_id);
    if (answer) {
        answer->resize(std::min<std::size_t>(answer->size(), setup.length));
    }
    return answer;
}

}  // namespace ledger_bridge::emulator
