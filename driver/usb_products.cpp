// The product table. Written by udev/generate from udev/products.tsv.

#include "driver/usb_products.hpp"

#include <array>

namespace ledger_bridge::driver {

namespace {

constexpr std::array<UsbProduct, 7> kProducts{{
    {"Nano S", 0x10, 0x0001},
    {"Nano X", 0x40, 0x0004},
    {"Nano S Plus", 0x50, 0x0005},
    {"Stax", 0x60, 0x0006},
    {"Flex", 0x70, 0x0007},
    {"Apex P", 0x80, 0x0008},
    {"Apex M", 0x90, 0x0000},
}};

}  // namespace

std::span<const UsbProduct> usb_products() {
    return kProducts;
}

}  // namespace ledger_bridge::driver
