#include "driver/report_descriptor.hpp"

namespace ledger_bridge::driver {

namespace {

constexpr std::uint8_t kLongItem = 0xfe;
constexpr std::uint8_t kUsagePage = 0x04;  // tag and type of a prefix, without the size

// Short items hold their value with the low byte first.
std::uint32_t little_endian(ByteView bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
        value = (value << 8U) | bytes[i - 1];
    }
    return value;
}

}  // namespace

std::optional<std::uint32_t> usage_page(ByteView descriptor) {
    ByteReader reader(descriptor);
    while (reader.remaining() != 0) {
        const auto prefix = reader.u8();
        if (prefix == kLongItem) {
            const auto size = reader.u8();
            reader.bytes(1U + size);  // its tag and its data
            continue;
        }
        const std::size_t size_code = prefix & 0x03U;
        const auto data = reader.bytes(size_code == 3 ? 4 : size_code);
        if ((prefix & 0xfcU) == kUsagePage && reader.ok()) {
            return little_endian(data);
        }
    }
    return std::nullopt;
}

}  // namespace ledger_bridge::driver
