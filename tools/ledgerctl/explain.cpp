#include "tools/ledgerctl/explain.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/admin/exit_codes.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/ledgerctl/edit_distance.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;
using Errors = std::vector<KnownError>;
using Matches = std::function<bool(const KnownError&)>;

constexpr std::string_view kIdOverHttp = "failure";
constexpr std::size_t kMostInFull = 3;

int exit_code(const KnownError& error) {
    return static_cast<int>(admin::exit_code_of(error.row->id));
}

std::optional<unsigned> number(std::string_view text, int base) {
    unsigned value = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, base);
    return error == std::errc{} && rest == end ? std::optional(value) : std::nullopt;
}

Matches with_exit_code(std::string_view text) {
    const auto code = number(text, 10);
    return
        [code](const KnownError& error) { return code == static_cast<unsigned>(exit_code(error)); };
}

// A word of the device has four digits; no id looks like that.
std::optional<KnownError> with_word(std::string_view name) {
    const auto digits = name.starts_with("0x") ? name.substr(2) : name;
    const auto word = number(digits, 16);
    return word && digits.size() == 4 ? error_of_word(*word) : std::nullopt;
}

// Three digits are a status; no id looks like that.
Matches with_name(std::string_view name) {
    if (const auto status = number(name, 10); status) {
        return [status](const KnownError& error) { return status_over_http(error) == status; };
    }
    if (name == kIdOverHttp) {
        return [](const KnownError& error) { return status_over_http(error).has_value(); };
    }
    return [name](const KnownError& error) { return error.row->id == name; };
}

Matches matcher(const std::string& name) {
    if (name.empty()) {
        return [](const KnownError& /*error*/) { return true; };
    }
    for (const std::string_view word : {"exit code ", "exit "}) {
        if (name.starts_with(word)) {
            return with_exit_code(std::string_view(name).substr(word.size()));
        }
    }
    return with_name(name);
}

bool is_near(std::string_view name, const ErrorRow& row) {
    return row.id.find(name) != std::string_view::npos ||
           row.sentence.find(name) != std::string_view::npos ||
           edit_distance(name, row.id) <= 1 + name.size() / 4;
}

Error unknown(const std::string& name, const Errors& all) {
    std::set<std::string_view> near;
    for (const auto& error : all) {
        if (is_near(name, *error.row)) {
            near.insert(error.row->id);
        }
    }
    return fail(Errc::unknown_error,
                near.empty() ? "'" + name + "'"
                             : fmt::format("'{}'; near it: {}", name, fmt::join(near, ", ")));
}

std::string row(std::string_view title, std::string_view text) {
    return fmt::format("  {:<14}{}", title, text);
}

void add_in_full(std::vector<std::string>& lines, const KnownError& error) {
    lines.push_back(fmt::format("{} ({})", error.row->id, error.from));
    lines.push_back(row("what happened", error.row->sentence));
    lines.push_back(row("what to do", error.row->advice));
    if (const auto word = status_word(error)) {
        lines.push_back(row("status word", fmt::format("{:04x}", *word)));
    }
    if (const auto known_as = meaning(error); !known_as.empty()) {
        lines.push_back(row("known as", known_as));
    }
    if (const auto status = status_over_http(error)) {
        lines.push_back(row("HTTP status", std::to_string(*status)));
    }
    lines.push_back(row("exit code", std::to_string(exit_code(error))));
}

json error_json(const KnownError& error) {
    const auto word = status_word(error);
    const auto known_as = meaning(error);
    const auto status = status_over_http(error);
    return {{"id", error.row->id},
            {"from", error.from},
            {"sentence", error.row->sentence},
            {"advice", error.row->advice},
            {"exit_code", exit_code(error)},
            {"http_status", status ? json(*status) : json(nullptr)},
            {"status_word", word ? json(fmt::format("{:04x}", *word)) : json(nullptr)},
            {"known_as", known_as.empty() ? json(nullptr) : json(known_as)}};
}

// As ids are written: "Store-Damaged" is meant as store_damaged.
std::string one_name(const std::vector<std::string>& words) {
    auto name = fmt::format("{}", fmt::join(words, " "));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        const bool upper = c >= 'A' && c <= 'Z';
        return upper ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c;
    });
    return name;
}

}  // namespace

Result<std::vector<KnownError>> errors_named(const std::vector<std::string>& words) {
    const auto name = one_name(words);
    if (const auto of_device = with_word(name)) {
        return Errors{*of_device};
    }
    const auto matches = matcher(name);
    const auto all = known_errors();
    Errors found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), matches);
    return found.empty() ? Result<Errors>(unknown(name, all)) : found;
}

std::vector<std::string> explain_lines(const std::vector<KnownError>& errors) {
    std::vector<std::string> lines;
    for (const auto& error : errors) {
        if (errors.size() <= kMostInFull) {
            add_in_full(lines, error);
        } else {
            lines.push_back(fmt::format("{:<28}{}", error.row->id, error.row->sentence));
        }
    }
    return lines;
}

json explain_json(const std::vector<KnownError>& errors) {
    auto list = json::array();
    for (const auto& error : errors) {
        list.push_back(error_json(error));
    }
    return {{"errors", list}};
}

int explain(const std::vector<std::string>& words, bool as_json) {
    const auto errors = errors_named(words);
    if (!errors) {
        return print_error(errors.error());
    }
    if (as_json) {
        print_json(explain_json(*errors));
    } else {
        for (const auto& line : explain_lines(*errors)) {
            say(line, false);
        }
    }
    return static_cast<int>(admin::ExitCode::done);
}

}  // namespace ledger_bridge::tools
