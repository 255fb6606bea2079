// Reading the kernel's device tree: attributes and names of directories.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "driver/base/bytes.hpp"

namespace ledger_bridge::driver {

// The bytes of an attribute, at most 4096. Nothing when it cannot be read: devices come and go
// while they are looked at.
std::optional<Bytes> read_attribute(const std::filesystem::path& file);

// The attribute as text, without the line's end; control characters become '?', because some of
// these texts are the device's own words. Empty when it cannot be read.
std::string read_text(const std::filesystem::path& file);

// The attribute as a number of 16 bits; nothing when it is none.
std::optional<std::uint16_t> read_number(const std::filesystem::path& file, int base);

// The names in a directory, sorted; none when it cannot be read.
std::vector<std::string> names_in(const std::filesystem::path& directory);

}  // namespace ledger_bridge::driver
