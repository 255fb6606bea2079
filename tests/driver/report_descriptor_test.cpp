#include "driver/report_descriptor.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ledger_bridge::driver {
namespace {

// Page ffa0, usage 1, application collection; 64 bytes in, 64 bytes out.
const std::string kLedger =
    "06a0ff0901a101"
    "0903150026ff00750895408108"
    "0904150026ff00750895409108"
    "c0";

std::optional<std::uint32_t> page_of(const std::string& hex) {
    return usage_page(from_hex(hex).value());
}

TEST(UsagePage, IsTheFirstThatIsNamed) {
    EXPECT_EQ(page_of(kLedger), kLedgerUsagePage);
    EXPECT_EQ(page_of("06d0f10901a101c0"), 0xf1d0U);         // FIDO
    EXPECT_EQ(page_of("05010906a1010507c0"), 0x0001U);       // a keyboard, one byte of data
    EXPECT_EQ(page_of("07a0ff0000" + kLedger), 0xffa0U);     // four bytes of data
    EXPECT_EQ(page_of("04" + kLedger), 0U);                  // no data: zero
    EXPECT_EQ(page_of("0901" + kLedger), kLedgerUsagePage);  // after another item
}

TEST(UsagePage, StepsOverLongItems) {
    EXPECT_EQ(page_of("fe03f0" + std::string("06d0f1") + kLedger), kLedgerUsagePage);
    EXPECT_EQ(page_of("fe00f0" + kLedger), kLedgerUsagePage);
}

TEST(UsagePage, IsNotThereInACutOrEmptyDescriptor) {
    for (const auto* hex : {"", "06", "06a0", "07a0ff00", "0901", "fe", "fe05", "fe05f001", "c0"}) {
        EXPECT_EQ(page_of(hex), std::nullopt) << hex;
    }
}

// Whatever a device sends as its descriptor, reading it ends.
TEST(UsagePage, ReadsEveryPrefixOfTwoBytes) {
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const Bytes descriptor{static_cast<std::uint8_t>(first),
                                   static_cast<std::uint8_t>(second)};
            const auto page = usage_page(descriptor);
            if (page && first == 0x05) {
                EXPECT_EQ(*page, second);
            }
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
