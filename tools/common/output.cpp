#include "tools/common/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

bool wants_colour() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the tools never change their environment
    return ::isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace

int print_error(const admin::Failure& failure) {
    const bool colour = wants_colour();
    std::cout.flush();
    std::cerr << (colour ? "\x1b[1;31merror:\x1b[0m " : "error: ") << printable(failure.message)
              << std::endl;
    return static_cast<int>(failure.exit_code);
}

int print_error(const Error& error) {
    return print_error(admin::failure_of(error));
}

void print_json(const json& object) {
    std::cout << object.dump(2, ' ', false, json::error_handler_t::replace) << std::endl;
}

void say(std::string_view line, bool json) {
    (json ? std::cerr : std::cout) << printable(line) << std::endl;
}

std::string printable(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, ' ');
    return out;
}

const json& member(const json& object, std::string_view name) {
    static const json nothing;
    if (!object.is_object()) {
        return nothing;
    }
    const auto found = object.find(name);
    return found == object.end() ? nothing : *found;
}

std::string text_in(const json& object, std::string_view name) {
    const auto* text = member(object, name).get_ptr<const std::string*>();
    return text == nullptr ? std::string{} : *text;
}

std::string number_in(const json& object, std::string_view name) {
    const auto& number = member(object, name);
    return number.is_number_integer() ? number.dump() : "?";
}

std::string mark_text(const json& mark) {
    return fmt::format("level {} round {}", number_in(mark, "level"), number_in(mark, "round"));
}

}  // namespace ledger_bridge::tools
