#include "tools/common/plan_text.hpp"

#include <fmt/format.h>

#include "tools/common/output.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

std::string key_text(const json& key) {
    return key.is_object() ? text_in(key, "curve") + " " + text_in(key, "path") : "none";
}

std::string row(std::string_view title, std::string_view old_text, std::string_view new_text) {
    return fmt::format("{:<11}{:<38}{}", title, old_text, new_text);
}

void append(Lines& lines, const Lines& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

Lines mark_rows(const json& plan) {
    const auto& before = member(plan, "old");
    const auto& after = member(plan, "new");
    return {row("", "now", "then"),
            row("Key", key_text(member(before, "authorized")), key_text(plan)),
            row("Chain", text_in(before, "chain_name"), text_in(plan, "chain_name")),
            row("Main mark", mark_text(member(before, "main")), mark_text(member(after, "main"))),
            row("Test mark", mark_text(member(before, "test")), mark_text(member(after, "test")))};
}

Lines note_lines(const json& plan) {
    Lines lines;
    for (const auto& note : member(plan, "notes")) {
        if (const auto* text = note.get_ptr<const std::string*>()) {
            lines.push_back("Note: " + *text + ".");
        }
    }
    return lines;
}

}  // namespace

Lines identity_lines(const json& plan) {
    return {fmt::format("{:<11}{} {}", "Device", text_in(plan, "device"), text_in(plan, "name")),
            fmt::format("{:<11}{}", "Address", text_in(plan, "address"))};
}

Lines screen_lines(const json& screens) {
    Lines lines;
    for (const auto& screen : screens) {
        if (const auto* text = screen.get_ptr<const std::string*>()) {
            lines.push_back("  " + *text);
        }
    }
    return lines;
}

Lines question_lines(const json& plan) {
    auto lines = note_lines(plan);
    lines.emplace_back("The screen of the device will ask:");
    append(lines, screen_lines(member(plan, "screens")));
    return lines;
}

Lines plan_lines(const json& plan) {
    auto lines = identity_lines(plan);
    append(lines, mark_rows(plan));
    append(lines, question_lines(plan));
    return lines;
}

Lines nothing_to_do_lines(const json& plan) {
    auto lines = identity_lines(plan);
    const auto& marks = member(plan, "new");
    lines.push_back(
        fmt::format("The device is set up as asked already: {}, main mark {}, test "
                    "mark {}. Nothing was changed.",
                    text_in(plan, "chain_name"),
                    mark_text(member(marks, "main")),
                    mark_text(member(marks, "test"))));
    return lines;
}

Lines result_lines(const json& result) {
    return {"Done; the device says the same.",
            fmt::format("{:<11}{}", "Address", text_in(result, "address")),
            fmt::format("{:<11}{}", "Public key", text_in(result, "public_key")),
            "To bake with it:",
            "  " + text_in(result, "import")};
}

std::string effect_text(const json& plan) {
    const auto& marks = member(plan, "new");
    return fmt::format("accepting it would set {} for {}: main mark {}, test mark {}",
                       text_in(plan, "address"),
                       text_in(plan, "chain_name"),
                       mark_text(member(marks, "main")),
                       mark_text(member(marks, "test")));
}

}  // namespace ledger_bridge::tools
