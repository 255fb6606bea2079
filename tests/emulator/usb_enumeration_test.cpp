// What a host learns of the device on endpoint 0.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"
#include "tools/emulator/usb/control_requests.hpp"
#include "tools/emulator/usb/descriptors.hpp"
#include "tools/emulator/usb/product.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint16_t kProduct = 0x5011;
constexpr std::uint16_t kEverything = 0xffff;

std::string ask(std::uint8_t type,
                std::uint8_t request,
                std::uint16_t value,
                std::uint16_t index,
                std::uint16_t length = kEverything) {
    const auto answer = answer_setup({type, request, value, index, length}, kProduct);
    return answer ? to_hex(*answer) : "stall";
}

// The descriptors that follow one another in the configuration, by type.
std::multimap<int, Bytes> parts_of(const Bytes& configuration) {
    std::multimap<int, Bytes> parts;
    for (ByteReader reader(configuration); reader.remaining() > 0;) {
        const auto size = reader.u8();
        const auto type = reader.u8();
        const auto content = reader.bytes(size - 2U);
        EXPECT_TRUE(reader.ok() && size > 2) << "a length leads out of the descriptor";
        if (!reader.ok() || size <= 2) {
            break;
        }
        parts.emplace(type, Bytes(content.begin(), content.end()));
    }
    return parts;
}

}  // namespace

TEST(Product, IdIsTheModelsWithAnotherLowByteForEachApp) {
    std::set<std::uint16_t> ids;
    for (const auto app : {AppId::baking, AppId::wallet, AppId::dashboard}) {
        EXPECT_EQ(product_id(app) >> 8U, 0x50);
        EXPECT_EQ(product_id(app) & 1U, 1U) << "HID is always in use";
        ids.insert(product_id(app));
    }
    EXPECT_EQ(ids.size(), 3U);
    EXPECT_EQ(product_id(AppId::baking), 0x5011);
}

TEST(Enumeration, DeviceDescriptorNamesVendorAndProduct) {
    EXPECT_EQ(ask(0x80, 6, 0x0100, 0), "1201000200000040972c1150010201020301");
    EXPECT_EQ(ask(0x80, 6, 0x0100, 0, 8), "1201000200000040") << "no more than was asked for";
    EXPECT_EQ(ask(0x80, 6, 0x0100, 0, 0), "");
}

TEST(Enumeration, ConfigurationIsOneHidInterfaceWithTwoEndpoints) {
    const auto whole = configuration_descriptor();
    const auto parts = parts_of(whole);
    ASSERT_EQ(parts.size(), 5U);
    const auto total = ByteWriter().u8(static_cast<std::uint8_t>(whole.size())).u8(0).take();
    EXPECT_EQ(to_hex(parts.find(2)->second).substr(0, 4), to_hex(total));
    EXPECT_EQ(to_hex(parts.find(4)->second), "00000203000000") << "interface 0, class 3";
    EXPECT_EQ(to_hex(parts.find(0x21)->second), "11010001222200") << "34 bytes of report";
    auto endpoint = parts.find(5);
    EXPECT_EQ(to_hex(endpoint->second), "8203400001");
    EXPECT_EQ(to_hex((++endpoint)->second), "0203400001");
    EXPECT_EQ(ask(0x80, 6, 0x0200, 0), to_hex(whole));
    EXPECT_EQ(ask(0x80, 6, 0x0201, 0), "stall") << "there is no second one";
}

TEST(Enumeration, ReportsAre64BytesOfUsagePageFfa0) {
    const auto report = report_descriptor();
    EXPECT_EQ(report.size(), 34U);
    EXPECT_EQ(to_hex(report).substr(0, 6), "06a0ff");
    EXPECT_EQ(to_hex(report).find("85"), std::string::npos) << "no report ids";
    EXPECT_EQ(ask(0x81, 6, 0x2200, 0), to_hex(report));
    EXPECT_EQ(ask(0x81, 6, 0x2200, 1), "stall") << "there is no interface 1";
    EXPECT_EQ(ask(0x81, 6, 0x2100, 0), to_hex(hid_descriptor()));
    EXPECT_EQ(ask(0x81, 6, 0x2300, 0), "stall");
}

TEST(Enumeration, StringsAreUtf16) {
    EXPECT_EQ(ask(0x80, 6, 0x0300, 0), "04030904");
    EXPECT_EQ(ask(0x80, 6, 0x0301, 0x0409), "0e034c0065006400670065007200");
    EXPECT_EQ(ask(0x80, 6, 0x0302, 0x0409), "18034e0061006e006f0020005300200050006c0075007300");
    EXPECT_EQ(ask(0x80, 6, 0x0303, 0x0409), "0a033000300030003100");
    EXPECT_EQ(ask(0x80, 6, 0x0304, 0x0409), "stall");
}

TEST(Enumeration, NothingIsHaltedSuspendedOrSelfPowered) {
    EXPECT_EQ(ask(0x80, 0, 0, 0), "0000");
    EXPECT_EQ(ask(0x81, 0, 0, 0), "0000");
    EXPECT_EQ(ask(0x82, 0, 0, 0x82), "0000");
    EXPECT_EQ(ask(0x82, 0, 0, 0x02), "0000");
    EXPECT_EQ(ask(0x81, 0, 0, 1), "stall");
    EXPECT_EQ(ask(0x82, 0, 0, 0x81), "stall");
}

TEST(Enumeration, IdleRateAndHaltsAreTaken) {
    EXPECT_EQ(ask(0x21, 0x0a, 0, 0), "");
    EXPECT_EQ(ask(0x02, 1, 0, 0x82), "");
    EXPECT_EQ(ask(0x02, 1, 1, 0x82), "stall");
}

TEST(Enumeration, EverythingElseStalls) {
    // All that is answered: request type and request.
    const std::set<unsigned> known{0x8000, 0x8100, 0x8200, 0x0201, 0x8006, 0x8106, 0x210a};
    for (unsigned both = 0; both <= 0xffff; ++both) {
        if (!known.contains(both)) {
            const auto type = static_cast<std::uint8_t>(both >> 8U);
            EXPECT_EQ(ask(type, static_cast<std::uint8_t>(both), 0x0100, 0), "stall") << both;
        }
    }
    for (const unsigned type : {0U, 4U, 5U, 6U, 7U, 0x0fU, 0xffU}) {
        EXPECT_EQ(ask(0x80, 6, static_cast<std::uint16_t>(type << 8U), 0), "stall") << type;
    }
}

}  // namespace ledger_bridge::emulator
