// Reads the fields of a message and remembers what is wrong with the first bad one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/floor/errors.hpp"
#include "driver/base/bytes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// Like ByteReader the error is sticky: after the first bad field every read gives zero, and
// error() says which field it was, at which offset, what was found and what was expected.
class Fields {
public:
    explicit Fields(ByteView message) : reader_(message), size_(message.size()) {}

    std::uint8_t u8(std::string_view field);
    std::uint32_t u32(std::string_view field);
    void skip(std::string_view field, std::size_t size);
    // Empty after a bad field.
    ByteView bytes(std::string_view field, std::size_t size);

    // A field that must hold one of these values.
    std::uint8_t u8(std::string_view field, std::initializer_list<std::uint8_t> expected);
    std::uint32_t u32(std::string_view field, std::initializer_list<std::uint32_t> expected);
    // A field that must hold less than `end`; otherwise the error is `code`.
    std::uint32_t u32_below(std::string_view field, std::uint32_t end, Errc code);

    [[nodiscard]] bool at_end() const { return reader_.remaining() == 0; }
    // What is left must be from `least` to `most` bytes long.
    void rest(std::string_view field, std::size_t least, std::size_t most);

    // The byte that was read last must have been one of these.
    void require(std::uint8_t value, std::initializer_list<std::uint8_t> expected);
    // Makes the field that was read last the bad one, unless there is one already.
    void refuse(Errc code, std::string_view found, std::string_view expected);

    [[nodiscard]] bool ok() const { return !error_; }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    bool begin(std::string_view field, std::size_t size);

    ByteReader reader_;
    std::size_t size_;
    std::string_view field_;
    std::size_t offset_ = 0;  // of field_
    std::optional<Error> error_;
};

}  // namespace ledger_bridge::floor
