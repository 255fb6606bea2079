// Under which USB product id the device shows itself; it changes with the app that is open.
#pragma once

#include <cstdint>

#include "tools/emulator/app/device.hpp"

namespace ledger_bridge::emulator {

inline constexpr std::uint16_t kVendorId = 0x2c97;

// High byte: the model, 50 = Nano S Plus. Low byte: the interfaces in use, 01 = HID for APDUs,
// 04 = U2F, 10 = WebUSB. The Baking app is 5011; that the dashboard adds U2F (5015) and that the
// wallet has neither (5001) is chosen here, so that every change of app changes the id. Whatever
// the low byte says, only the HID interface is presented: hosts that bake use no other.
std::uint16_t product_id(AppId app);

}  // namespace ledger_bridge::emulator
