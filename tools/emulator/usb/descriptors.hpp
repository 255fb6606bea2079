// What the device says of itself on the USB: a full-speed HID device with two interrupt endpoints.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::emulator {

inline constexpr std::uint8_t kInterface = 0;
inline constexpr std::uint8_t kConfiguration = 1;
inline constexpr std::uint8_t kReportsIn = 0x82;   // endpoint of the answers
inline constexpr std::uint8_t kReportsOut = 0x02;  // endpoint of the commands
inline constexpr std::uint8_t kPollInterval = 1;   // milliseconds
inline constexpr std::uint8_t kHidClass = 3;
inline constexpr std::uint16_t kDeviceRelease = 0x0201;  // binary-coded decimal

// In the formats of USB 2.0, chapter 9, and of the HID class 1.11.
Bytes device_descriptor(std::uint16_t product_id);
Bytes configuration_descriptor();  // with interface, HID and endpoints
Bytes hid_descriptor();
Bytes report_descriptor();  // usage page ffa0, 64 bytes in and out, no report ids
// 0 lists the languages, 1 "Ledger", 2 "Nano S Plus", 3 "0001"; nothing for others.
std::optional<Bytes> string_descriptor(std::uint8_t index);

}  // namespace ledger_bridge::emulator
