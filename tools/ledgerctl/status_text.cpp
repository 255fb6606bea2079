#include "tools/ledgerctl/status_text.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "tools/common/output.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::int64_t level_in(const json& mark) {
    const auto* level = member(mark, "level").get_ptr<const json::number_integer_t*>();
    return level == nullptr ? 0 : *level;
}

std::string row(std::string_view title, std::string_view text) {
    return fmt::format("  {:<14}{}", title, text);
}

std::string app_text(const json& device) {
    const auto& app = member(device, "app");
    return or_dash(text_in(app, "name") + (app.is_object() ? " " : "") + text_in(app, "version"));
}

// Without an answer of the app nothing is known of a key.
std::string key_text(const json& device) {
    const auto& key = member(device, "authorized");
    if (!key.is_object()) {
        return member(device, "app").is_object() ? "no key" : "-";
    }
    return fmt::format(
        "{} {} {}", text_in(key, "address"), text_in(key, "curve"), text_in(key, "path"));
}

// "Nano S Plus at 1-1.2"; a device at an address has no port.
std::string place_text(const json& device) {
    const auto path = text_in(device, "path");
    return path.empty() ? "-" : fmt::format("{} at {}", text_in(device, "model"), path);
}

// What is wrong, and the one command.
Lines help_lines(const json& device) {
    Lines lines;
    const auto add = [&](const char* title, const char* name, const char* before) {
        const auto text = text_in(device, name);
        if (!text.empty()) {
            lines.push_back(row(title, before + text));
        }
    };
    add("why", "reason", "");
    add("alarm", "alarm", "");
    add("warning", "warning", "");
    add("next", "suggestion", "run ");
    return lines;
}

Lines policy_lines(const json& device) {
    Lines lines;
    for (const auto& table : member(device, "policy")) {
        if (const auto* text = table.get_ptr<const std::string*>(); text != nullptr) {
            lines.push_back(row("policy", *text));
        }
    }
    return lines;
}

Lines host_lines(const json& device) {
    Lines lines;
    for (const auto& mark : member(device, "host_marks")) {
        lines.push_back(row(
            "signed",
            fmt::format(
                "{} {} on {}", text_in(mark, "kind"), mark_text(mark), text_in(mark, "chain"))));
    }
    if (lines.empty()) {
        lines.push_back(row("signed", "nothing on this host"));
    }
    return lines;
}

std::string comparison_text(const json& one) {
    const auto ahead = text_in(one, "ahead");
    return fmt::format("{}: host {}, device's {} mark {}, {}",
                       text_in(one, "chain"),
                       mark_text(member(one, "host")),
                       text_in(one, "mark"),
                       mark_text(member(one, "device")),
                       ahead == "neither" ? "level" : "the " + ahead + " is ahead");
}

std::string adopted_text(const json& one) {
    return fmt::format("level {} on {}, because of {}",
                       level_in(one),
                       text_in(one, "chains"),
                       text_in(one, "origin"));
}

Lines mark_lines(const json& device) {
    const auto& marks = member(device, "device_marks");
    if (!marks.is_object()) {
        return {};
    }
    Lines lines{row("chain", or_dash(text_in(device, "chain"))),
                row("main mark", mark_text(member(marks, "main"))),
                row("test mark", mark_text(member(marks, "test"))),
                row("compared", ahead_text(device))};
    for (const auto& one : member(device, "comparison")) {
        lines.push_back(row("", comparison_text(one)));
    }
    for (const auto& one : member(device, "adopted")) {
        lines.push_back(row("used up to", adopted_text(one)));
    }
    return lines;
}

void append(Lines& lines, const Lines& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

Lines device_lines(const json& device) {
    Lines lines{fmt::format("{}  {}", text_in(device, "device"), or_dash(text_in(device, "name"))),
                row("state", text_in(device, "state")),
                row("plugged in", place_text(device)),
                row("app", app_text(device)),
                row("authorised", key_text(device))};
    append(lines, mark_lines(device));
    append(lines, host_lines(device));
    append(lines, policy_lines(device));
    append(lines, help_lines(device));
    return lines;
}

// An unspecified chain makes every chain the main one.
bool on_main_chain(const json& device, const json& mark) {
    const auto chain = text_in(device, "chain");
    return chain == "any" || chain == text_in(mark, "chain");
}

}  // namespace

std::string ahead_text(const json& device) {
    const auto device_level = level_in(member(member(device, "device_marks"), "main"));
    std::int64_t host_level = -1;
    for (const auto& mark : member(device, "host_marks")) {
        if (on_main_chain(device, mark)) {
            host_level = std::max(host_level, level_in(mark));
        }
    }
    if (host_level < 0) {
        return "nothing was signed on the device's main chain by this host";
    }
    if (host_level == device_level) {
        return "device and host are level";
    }
    const bool device_ahead = device_level > host_level;
    return fmt::format("the {} is ahead by {} levels",
                       device_ahead ? "device" : "host",
                       device_ahead ? device_level - host_level : host_level - device_level);
}

// "level 5 of NetX…", or why it is no help.
std::string node_text(const json& node) {
    const auto problem = text_in(node, "problem");
    if (!problem.empty()) {
        return problem;
    }
    return member(node, "level").is_null()
               ? "not asked yet"
               : fmt::format("level {} of {}", level_in(node), text_in(node, "chain"));
}

Lines list_lines(const json& status) {
    Lines lines;
    for (const auto& device : member(status, "devices")) {
        lines.push_back(fmt::format("{}  {}  {}  {}  {}  {}",
                                    text_in(device, "device"),
                                    place_text(device),
                                    or_dash(text_in(device, "name")),
                                    text_in(device, "state"),
                                    app_text(device),
                                    key_text(device)));
        append(lines, help_lines(device));
    }
    if (lines.empty()) {
        lines.emplace_back("no device");
    }
    return lines;
}

Lines status_lines(const json& status) {
    Lines lines;
    for (const auto& device : member(status, "devices")) {
        append(lines, device_lines(device));
    }
    lines.push_back(
        fmt::format("store: {}, role: {}", text_in(status, "store"), text_in(status, "role")));
    if (const auto& node = member(status, "node"); node.is_object()) {
        lines.push_back("node: " + node_text(node));
    }
    return lines;
}

Lines pubkey_lines(const json& key) {
    const auto uri = text_in(key, "ledger_uri");
    Lines lines{fmt::format("{:<11}{} {}", "Device", text_in(key, "device"), text_in(key, "name")),
                fmt::format("{:<11}{} {}", "Key", text_in(key, "curve"), text_in(key, "path")),
                fmt::format("{:<11}{}", "Address", text_in(key, "address")),
                fmt::format("{:<11}{}", "Public key", text_in(key, "public_key"))};
    if (!uri.empty()) {
        lines.push_back(fmt::format("{:<11}{}", "Octez URI", uri));
    }
    return lines;
}

Lines deauthorize_lines(const json& result) {
    if (member(result, "changed") != true) {
        return {"No key was authorised. Nothing was changed."};
    }
    const auto& was = member(result, "was");
    return {fmt::format("Done: {} {} is no longer authorised for baking on {}.",
                        text_in(was, "curve"),
                        text_in(was, "path"),
                        text_in(result, "device"))};
}

}  // namespace ledger_bridge::tools
