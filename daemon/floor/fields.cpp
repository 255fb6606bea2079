#include "daemon/floor/fields.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ledger_bridge::floor {

namespace {

// "0x14", or "33": bytes are codes and read as hex, longer integers are numbers.
std::string text(std::uint8_t value) {
    return fmt::format("0x{:02x}", value);
}

std::string text(std::uint32_t value) {
    return fmt::format("{}", value);
}

template <class Value>
std::string any_of_text(std::initializer_list<Value> values) {
    std::string list;
    for (const auto value : values) {
        list += (list.empty() ? "" : " or ") + text(value);
    }
    return list;
}

template <class Value>
bool contains(std::initializer_list<Value> values, Value value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

bool Fields::begin(std::string_view field, std::size_t size) {
    if (error_) {
        return false;
    }
    field_ = field;
    offset_ = size_ - reader_.remaining();
    if (reader_.remaining() < size) {
        refuse(Errc::bad_message,
               fmt::format("{} bytes until the end", reader_.remaining()),
               fmt::format("{}", size));
        return false;
    }
    return true;
}

std::uint8_t Fields::u8(std::string_view field) {
    return begin(field, 1) ? reader_.u8() : std::uint8_t{0};
}

std::uint32_t Fields::u32(std::string_view field) {
    return begin(field, 4) ? reader_.u32() : 0;
}

void Fields::skip(std::string_view field, std::size_t size) {
    bytes(field, size);
}

ByteView Fields::bytes(std::string_view field, std::size_t size) {
    return begin(field, size) ? reader_.bytes(size) : ByteView();
}

std::uint8_t Fields::u8(std::string_view field, std::initializer_list<std::uint8_t> expected) {
    const auto value = u8(field);
    require(value, expected);
    return ok() ? value : std::uint8_t{0};
}

std::uint32_t Fields::u32(std::string_view field, std::initializer_list<std::uint32_t> expected) {
    const auto value = u32(field);
    if (ok() && !contains(expected, value)) {
        refuse(Errc::bad_message, text(value), any_of_text(expected));
    }
    return ok() ? value : 0;
}

std::uint32_t Fields::u32_below(std::string_view field, std::uint32_t end, Errc code) {
    const auto value = u32(field);
    if (ok() && value >= end) {
        refuse(code, text(value), "less than " + text(end));
    }
    return ok() ? value : 0;
}

void Fields::rest(std::string_view field, std::size_t least, std::size_t most) {
    if (!begin(field, 0)) {
        return;
    }
    const auto found = reader_.remaining();
    if (found < least || found > most) {
        refuse(Errc::bad_message,
               fmt::format("{} bytes", found),
               least == most ? fmt::format("{}", most) : fmt::format("{} to {}", least, most));
        return;
    }
    reader_.rest();
}

void Fields::require(std::uint8_t value, std::initializer_list<std::uint8_t> expected) {
    if (!contains(expected, value)) {
        refuse(Errc::bad_message, text(value), any_of_text(expected));
    }
}

void Fields::refuse(Errc code, std::string_view found, std::string_view expected) {
    if (!error_) {
        error_ =
            fail(code,
                 fmt::format(
                     "{} at offset {}: found {}, expected {}", field_, offset_, found, expected));
    }
}

}  // namespace ledger_bridge::floor
