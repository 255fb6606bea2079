// Byte strings, hex, and the two cursors through which all wire data is read and written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ledger_bridge {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// Lower-case hex, two digits a byte, no prefix.
std::string to_hex(ByteView bytes);

// Upper- or lower-case hex without prefix. Nothing when the length is odd or a digit is none.
std::optional<Bytes> from_hex(std::string_view text);

// The bytes of a text, without a terminator.
ByteView as_bytes(std::string_view text);

// Reads big-endian values from a view it does not own.
//
// The error is sticky: after one read past the end every further read gives zeros or empty views
// and ok() stays false, so a parser reads all its fields and asks once at the end.
class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : rest_(bytes) {}

    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    ByteView bytes(std::size_t size);
    ByteView rest();

    [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
    [[nodiscard]] bool ok() const { return ok_; }
    // True when nothing was read past the end and nothing is left over.
    [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

private:
    std::uint64_t integer(std::size_t size);

    ByteView rest_;
    bool ok_ = true;
};

// Appends big-endian values to a byte string it owns.
class ByteWriter {
public:
    ByteWriter& u8(std::uint8_t value);
    ByteWriter& u16(std::uint16_t value);
    ByteWriter& u32(std::uint32_t value);
    ByteWriter& bytes(ByteView bytes);

    [[nodiscard]] const Bytes& view() const { return bytes_; }
    Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_;
};

}  // namespace ledger_bridge
