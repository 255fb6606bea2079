// The one definition of each option: command line, configuration file and help all use this table.
#pragma once

#include <span>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/config/given_options.hpp"

namespace ledger_bridge::daemon {

// What may stand for an option. On the command line everything is text.
enum class Shape {
    flag,     // file: true or false; command line: no value
    number,   // file: an integer
    text,     // file: a string
    size,     // file: a string with a unit, or an integer of bytes
    list,     // file: an array of strings, or one string; command line: may be repeated
    numbers,  // file: an array of integers, or one string; text: commas
};

struct Option {
    std::string_view name;  // hyphenated; "--" in front of it on the command line
    Shape shape;
    std::string_view value_name;  // empty for a flag
    std::string_view default_text;
    std::string_view help;
    // Reads one value, or any number for Shape::list and Shape::numbers. The detail of its errors
    // does not name the option.
    Result<void> (*set)(Config& config, const Values& values);
};

std::span<const Option> options();

// Null when there is none of that name.
const Option* find_option(std::string_view name);

// "NetX is no chain id (bad checksum)", without the advice, which is about something else.
std::string reason(const Error& error);

// Sets what was given. Errors: bad_option with the origin.
Result<void> apply_options(const GivenOptions& given, Config& config);

}  // namespace ledger_bridge::daemon
