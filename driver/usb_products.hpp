// Which USB product ids are Ledger devices, and what each says about the device's state.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ledger_bridge::driver {

inline constexpr std::uint16_t kLedgerVendor = 0x2c97;

struct UsbProduct {
    std::string_view model;   // "Nano S Plus"
    std::uint8_t high_byte;   // of the product id while an app or the dashboard is open
    std::uint16_t legacy_id;  // the whole product id otherwise; 0: not known
};

enum class ProductState {
    // The low byte is the USB interfaces of what is open, which app it is must be asked.
    app_or_dashboard,
    // The ids of the bootloader, and of the legacy scheme: what is open must be asked as well.
    bootloader_or_recovery,
    unknown,
};

// Sorted by high_byte. Generated from udev/products.tsv.
std::span<const UsbProduct> usb_products();

// Null for an id that is not in the table.
const UsbProduct* find_product(std::uint16_t product_id);
ProductState product_state(std::uint16_t product_id);

}  // namespace ledger_bridge::driver
