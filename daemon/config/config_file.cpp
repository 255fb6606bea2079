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

std::optional<Shape> option_shape(std::string_view name) {
    const auto* const option = find_option(name);
    return option == nullptr ? std::nullopt : std::optional(option->shape);
}

// One key of a table. `shape`: nothing when there is no such key.
Result<Given> read_entry(const toml::key& key,
                         const toml::node& node,
                         const std::optional<Shape>& shape,
                         const std::filesystem::path& file) {
    const auto where = place(key.source(), file);
    if (!shape) {
        return fail(Errc::bad_option, fmt::format("unknown key '{}', {}", key.str(), where));
    }
    auto values = read_value(node, *shape);
    if (!values) {
        return fail(Errc::bad_option,
                    fmt::format("{}, {}: the value is not {}", key.str(), where, wanted(*shape)));
    }
    return Given{std::move(*values), fmt::format("{}, {}", key.str(), where)};
}

Result<GivenPolicy> read_policy(const toml::table& table, const std::filesystem::path& file) {
    GivenPolicy policy{{}, fmt::format("policy, {}", place(table.source(), file))};
    for (const auto& [key, node] : table) {
        auto entry = read_entry(key, node, policy_shape(key.str()), file);
        if (!entry) {
            return entry.error();
        }
        policy.values.emplace(key.str(), std::move(*entry));
    }
    return policy;
}

Result<std::vector<GivenPolicy>> read_policies(const toml::node& node,
                                               const std::filesystem::path& file) {
    const auto* const tables = node.as_array();
    if (tables == nullptr || !tables->is_array_of_tables()) {
        return fail(Errc::bad_option,
                    fmt::format("policy, {}: each policy is a table of its own; write [[policy]]",
                                place(node.source(), file)));
    }
    std::vector<GivenPolicy> policies;
    for (const auto& table : *tables) {
        auto policy = read_policy(*table.as_table(), file);
        if (!policy) {
            return policy.error();
        }
        policies.push_back(std::move(*policy));
    }
    return policies;
}

Result<ConfigFile> read_table(const toml::table& table, const std::filesystem::path& file) {
    ConfigFile read;
    for (const auto& [key, node] : table) {
        if (key.str() == "policy") {
            auto policies = read_policies(node, file);
            if (!policies) {
                return policies.error();
            }
            read.policies = std::move(*policies);
            continue;
        }
        auto entry = read_entry(key, node, option_shape(key.str()), file);
        if (!entry) {
            return entry.error();
        }
        read.options.emplace(key.str(), std::move(*entry));
    }
    return read;
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

Result<ConfigFile> read_config_file(const std::filesystem::path& file) {
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
