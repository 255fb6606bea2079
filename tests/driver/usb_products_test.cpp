#include "driver/usb_products.hpp"

#include <map>
#include <string_view>

#include <gtest/gtest.h>

namespace ledger_bridge::driver {
namespace {

// Written down apart from the table, from the protocol notes: high byte, bootloader id.
const std::map<unsigned, std::string_view> kByHighByte{{0x10, "Nano S"},
                                                       {0x40, "Nano X"},
                                                       {0x50, "Nano S Plus"},
                                                       {0x60, "Stax"},
                                                       {0x70, "Flex"},
                                                       {0x80, "Apex P"},
                                                       {0x90, "Apex M"}};
const std::map<unsigned, std::string_view> kByBootloaderId{{0x0001, "Nano S"},
                                                           {0x0004, "Nano X"},
                                                           {0x0005, "Nano S Plus"},
                                                           {0x0006, "Stax"},
                                                           {0x0007, "Flex"},
                                                           {0x0008, "Apex P"}};

TEST(UsbProducts, EveryProductIdHasItsModelAndState) {
    for (unsigned id = 0; id <= 0xffff; ++id) {
        const auto* product = find_product(static_cast<std::uint16_t>(id));
        const auto state = product_state(static_cast<std::uint16_t>(id));
        const auto open = kByHighByte.find(id >> 8U);
        const auto bootloader = kByBootloaderId.find(id);
        if (open != kByHighByte.end()) {
            ASSERT_NE(product, nullptr) << id;
            EXPECT_EQ(product->model, open->second) << id;
            EXPECT_EQ(state, ProductState::app_or_dashboard) << id;
        } else if (bootloader != kByBootloaderId.end()) {
            ASSERT_NE(product, nullptr) << id;
            EXPECT_EQ(product->model, bootloader->second) << id;
            EXPECT_EQ(state, ProductState::bootloader_or_recovery) << id;
        } else {
            EXPECT_EQ(product, nullptr) << id;
            EXPECT_EQ(state, ProductState::unknown) << id;
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
