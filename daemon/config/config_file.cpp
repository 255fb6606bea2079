#include "daemon/config/config_file.hpp"

#include <system_error>

#include <array>
#include <cerrno>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::size_t kBlock = 4096;

std::string place(const toml::source_region& source, const std::filesystem::path& file) {
    return fmt::format("line {} of {}", source.begin.line, file.string());
}

// A flag, a number or a string as the text that the command line would have.
std::optional<std::string> scalar(const toml::node& node, Shape shape) {
    const auto number = shape == Shape::number || shape == Shape::size || shape == Shape::numbers;
    if (const auto* const integer = node.as_integer(); integer != nullptr && number) {
        return std::to_string(integer->get());
    }
    if (const auto* const flag = node.as_boolean(); flag != nullptr && shape == Shape::flag) {
        return flag->get() ? "true" : "false";
    }
    const auto* const text = node.as_string();
    if (text == nullptr || shape == Shape::flag || shape == Shape::number) {
        return std::nullopt;
    }
    return text->get();
}

std::optional<Values> several(const toml::array& array, Shape shape) {
    Values values;
    for (const auto& node : array) {
        auto value = scalar(node, shape);
        if (!value) {
            return std::nullopt;
        }
        values.push_back(std::move(*value));
    }
    return values;
}

std::optional<Values> read_value(const toml::node& node, Shape shape) {
    const auto* const array = node.as_array();
    if (array != nullptr) {
        const auto allowed = shape == Shape::list || shape == Shape::numbers;
        return allowed ? several(*array, shape) : std::nullopt;
    }
    auto value = scalar(node, shape);
    if (!value) {
        return std::nullopt;
    }
    return Values{std::move(*value)};
}

std::string_view wanted(Shape shape) {
    switch (shape) {
        case Shape::flag:
            return "true or false";
        case Shape::number:
            return "an integer";
        case Shape::text:
            return "a string";
        case Shape::size:
            return "a string such as \"64KiB\"";
        case Shape::list:
            return "an array of strings";
        case Shape::numbers:
            return "an array of integers, or a string such as \"0x11,0x12,0x13\"";
    }
    return "";
}

Result<GivenOptions> read_table(const toml::table& table, const std::filesystem::path& file) {
    GivenOptions given;
    for (const auto& [key, node] : table) {
        const auto where = place(key.source(), file);
        const auto* const option = find_option(key.str());
        if (option == nullptr) {
            return fail(Errc::bad_option, fmt::format("unknown key '{}', {}", key.str(), where));
        }
        auto values = read_value(node, option->shape);
        if (!values) {
            return fail(
                Errc::bad_option,
                fmt::format(
                    "{}, {}: the value is not {}", option->name, where, wanted(option->shape)));
        }
        given.emplace(option->name,
                      Given{std::move(*values), fmt::format("{}, {}", option->name, where)});
    }
    return given;
}

// Through read(), which turns an error such as "is a directory" into badbit; the buffer's own
// iterators let it out as an exception.
Result<std::string> read_text(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::string text;
    std::array<char, kBlock> block{};
    while (stream.good()) {
        stream.read(block.data(), block.size());
        text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (!stream.is_open() || stream.bad()) {
        const std::error_code reason(errno == 0 ? EIO : errno, std::generic_category());
        return fail(Errc::bad_option,
                    fmt::format("cannot read {}: {}", file.string(), reason.message()));
    }
    return text;
}

}  // namespace

Result<GivenOptions> read_config_file(const std::filesystem::path& file) {
    const auto text = read_text(file);
    if (!text) {
        return text.error();
    }
    // The one parser here that can only throw; nothing but the start-up calls it.
    try {
        return read_table(toml::parse(*text, file.string()), file);
    } catch (const toml::parse_error& error) {
        return fail(Errc::bad_option,
                    fmt::format("{}: {}", place(error.source(), file), error.description()));
    }
}

}  // namespace ledger_bridge::daemon
