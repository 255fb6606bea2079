// README's tables are what the program says of itself: every option, every error.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/config/options.hpp"
#include "tools/ledgerctl/error_tables.hpp"

namespace ledger_bridge {
namespace {

constexpr auto* kReadme = PROJECT_DIR "/README.md";

std::string readme() {
    std::ifstream file(kReadme);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Where the lines between "<!-- NAME: begin ... -->" and "<!-- NAME: end -->" start and end.
std::pair<std::size_t, std::size_t> section(const std::string& text, const std::string& name) {
    const auto begin = text.find("<!-- " + name + ": begin");
    const auto end = text.find("<!-- " + name + ": end");
    EXPECT_TRUE(begin != std::string::npos && end != std::string::npos) << name;
    return {text.find('\n', begin) + 1, end};
}

// A '|' would end the cell.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char letter : text) {
        escaped += letter == '|' ? "\\|" : std::string(1, letter);
    }
    return escaped;
}

std::string first_code(std::string_view text) {
    return text.empty() ? "" : fmt::format("`{}`", text);
}

std::string option_table() {
    std::string table = "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const auto& option : daemon::options()) {
        table += fmt::format(
            "| `{}` | {} | {} | {} |\n",
            option.name,
            option.value_name.empty() ? "`true` or `false`" : first_code(option.value_name),
            first_code(option.default_text),
            cell(option.help));
    }
    return table;
}

std::string error_table() {
    std::string text =
        "| from | name | HTTP | what happened | what to do |\n|---|---|---|---|---|\n";
    for (const auto& error : tools::known_errors()) {
        const auto status = tools::status_over_http(error);
        text += fmt::format("| {} | `{}` | {} | {} | {} |\n",
                            error.from,
                            error.row->id,
                            status ? std::to_string(*status) : "–",
                            cell(error.row->sentence),
                            cell(error.row->advice));
    }
    return text;
}

// BRIDGE_UPDATE_README=1 brings the README up to date instead of comparing.
void compare(const std::string& name, const std::string& table) {
    auto text = readme();
    const auto [begin, end] = section(text, name);
    if (std::getenv("BRIDGE_UPDATE_README") != nullptr) {
        std::ofstream(kReadme) << text.replace(begin, end - begin, table);
    } else {
        EXPECT_EQ(text.substr(begin, end - begin), table) << "BRIDGE_UPDATE_README=1 updates it";
    }
}

TEST(Readme, ListsEveryOption) {
    compare("options", option_table());
}

TEST(Readme, ListsEveryErrorWithItsCure) {
    compare("errors", error_table());
}

TEST(Readme, NoErrorIsWithoutASentenceOrACure) {
    for (const auto& error : tools::known_errors()) {
        EXPECT_FALSE(error.row->sentence.empty()) << error.row->id;
        EXPECT_FALSE(error.row->advice.empty()) << error.row->id;
    }
}

}  // namespace
}  // namespace ledger_bridge
