#include "tools/ledgerctl/yaml_section.hpp"

#include <utility>

#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"

namespace ledger_bridge::tools {

using nlohmann::json;

void Findings::refuse(const std::string& where, const std::string& why) {
    if (!error_) {
        error_ = fail(Errc::bad_wallet, (where.empty() ? "it" : where) + " " + why);
    }
}

Section::Section(const json& value, std::string where, Findings& findings)
    : value_(value), where_(std::move(where)), findings_(findings) {
    if (!value.is_object() && !value.is_null()) {
        findings.refuse(where_, "is no map");
    }
}

std::string Section::place(std::string_view name) const {
    const auto* const dot = where_.empty() || name.empty() ? "" : ".";
    return where_ + dot + std::string(name);
}

std::vector<std::string> Section::names() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : value_.items()) {
        if (value_.is_object()) {
            names.push_back(name);
        }
    }
    return names;
}

const json& Section::any(std::string_view name) {
    read_.emplace(name);
    return member(value_, name);
}

bool Section::has(std::string_view name) {
    return !any(name).is_null();
}

std::string Section::text(std::string_view name) {
    const auto& value = any(name);
    if (!value.is_string() && !value.is_null()) {
        refuse(name, "is no text");
    }
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::vector<std::string>> Section::texts(std::string_view name) {
    const auto& list = any(name);
    if (list.is_null()) {
        return std::nullopt;
    }
    std::vector<std::string> texts;
    bool good = list.is_array();
    for (const auto& value : list) {
        good = good && value.is_string();
        texts.push_back(good ? value.get<std::string>() : std::string());
    }
    if (!good) {
        refuse(name, "is no list of texts");
    }
    return texts;
}

Section Section::section(std::string_view name) {
    return {any(name), place(name), findings_};
}

std::vector<std::string> Section::unread() const {
    std::vector<std::string> places;
    for (const auto& name : names()) {
        if (!read_.contains(name) && !member(value_, name).is_null()) {
            places.push_back(place(name));
        }
    }
    return places;
}

void Section::refuse(std::string_view name, const std::string& why) {
    findings_.refuse(place(name), why);
}

}  // namespace ledger_bridge::tools
