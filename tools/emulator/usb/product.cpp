#include "tools/emulator/usb/product.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint16_t kNanoSPlus = 0x5000;
constexpr std::uint16_t kHid = 0x01;
constexpr std::uint16_t kU2f = 0x04;
constexpr std::uint16_t kWebUsb = 0x10;

}  // namespace

std::uint16_t product_id(AppId app) {
    switch (app) {
        case AppId::baking:
            return kNanoSPlus | kHid | kWebUsb;
        case AppId::wallet:
            return kNanoSPlus | kHid;
        case AppId::dashboard:
            break;
    }
    return kNanoSPlus | kHid | kU2f | kWebUsb;
}

}  // namespace ledger_bridge::emulator
