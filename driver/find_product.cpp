#include <algorithm>

#include "driver/usb_products.hpp"

namespace ledger_bridge::driver {

namespace {

std::uint8_t high_byte_of(std::uint16_t product_id) {
    return static_cast<std::uint8_t>(product_id >> 8U);
}

bool is_legacy_id(const UsbProduct& product, std::uint16_t product_id) {
    return product_id != 0 && product.legacy_id == product_id;
}

}  // namespace

const UsbProduct* find_product(std::uint16_t product_id) {
    const auto products = usb_products();
    const auto found = std::find_if(products.begin(), products.end(), [&](const auto& product) {
        return product.high_byte == high_byte_of(product_id) || is_legacy_id(product, product_id);
    });
    return found == products.end() ? nullptr : &*found;
}

ProductState product_state(std::uint16_t product_id) {
    const auto* product = find_product(product_id);
    if (product == nullptr) {
        return ProductState::unknown;
    }
    return is_legacy_id(*product, product_id) ? ProductState::bootloader_or_recovery
                                              : ProductState::app_or_dashboard;
}

}  // namespace ledger_bridge::driver
