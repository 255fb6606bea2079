#include "daemon/config/values.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::uint64_t kKibi = 1024;
constexpr auto kLongest = std::chrono::hours(1);

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kSizeUnits{{
    {"", 1},
    {"B", 1},
    {"KiB", kKibi},
    {"MiB", kKibi* kKibi},
}};

constexpr std::array<std::pair<std::string_view, std::chrono::milliseconds>, 4> kTimeUnits{{
    {"ms", std::chrono::milliseconds(1)},
    {"s", std::chrono::seconds(1)},
    {"m", std::chrono::minutes(1)},
    {"h", std::chrono::hours(1)},
}};

struct Measure {
    std::uint64_t number;
    std::string_view unit;
};

std::optional<std::uint64_t> digits(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    return !text.empty() && error == std::errc{} && stop == end ? std::optional(value)
                                                                : std::nullopt;
}

std::optional<Measure> split_measure(std::string_view text) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = digits(text.substr(0, end), 10);
    return number ? std::optional(Measure{*number, text.substr(end)}) : std::nullopt;
}

template <class Units>
auto find_unit(const Units& units, std::string_view name) {
    using Factor = decltype(units.front().second);
    for (const auto& [unit, factor] : units) {
        if (unit == name) {
            return std::optional<Factor>(factor);
        }
    }
    return std::optional<Factor>();
}

}  // namespace

Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t low, std::uint64_t high) {
    const auto hexadecimal = text.substr(0, 2) == "0x";
    const auto value = hexadecimal ? digits(text.substr(2), 16) : digits(text, 10);
    if (!value || *value < low || *value > high) {
        return fail(Errc::bad_option,
                    fmt::format("'{}' is no number from {} to {}", text, low, high));
    }
    return *value;
}

Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t low, std::uint64_t high) {
    const auto measure = split_measure(text);
    const auto unit = measure ? find_unit(kSizeUnits, measure->unit) : std::nullopt;
    if (!unit || measure->number > high / *unit || measure->number * *unit < low) {
        return fail(
            Errc::bad_option,
            fmt::format("'{}' is no size such as 64KiB, from {} to {} bytes", text, low, high));
    }
    return measure->number * *unit;
}

Result<Duration> parse_duration(std::string_view text) {
    const auto measure = split_measure(text);
    const auto unit = measure ? find_unit(kTimeUnits, measure->unit) : std::nullopt;
    if (!unit || measure->number == 0 ||
        measure->number > static_cast<std::uint64_t>(kLongest / *unit)) {
        return fail(Errc::bad_option,
                    fmt::format("'{}' is no time such as 500ms, 4s or 2m, from 1ms to 1h", text));
    }
    return Duration(*unit * static_cast<std::int64_t>(measure->number));
}

}  // namespace ledger_bridge::daemon
