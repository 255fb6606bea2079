#include "daemon/admin/moving.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "daemon/admin/errors.hpp"
#include "daemon/floor/interchange_values.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;
using Microseconds = std::chrono::microseconds;

Error wrong(const std::string& what) {
    return fail(Errc::bad_request, what);
}

Result<MarksFile> read_file(const json& file) {
    floor::Members members(file, "files[]");
    auto name = members.text("name");
    auto text = members.text("text");
    const auto written = members.number("written", 0, floor::kLatestMicrosecond);
    members.end();
    if (members.error()) {
        return wrong(members.error()->detail);
    }
    return MarksFile{std::move(name), std::move(text), WallTime(Microseconds(written))};
}

// A file without marks does not count: there is nothing in it that another floor would know.
std::optional<std::string> common_floor(const floor::Interchange& content,
                                        const floor::Interchange& more) {
    if (more.marks.empty()) {
        return content.floor;
    }
    return content.marks.empty() || content.floor == more.floor ? more.floor : std::nullopt;
}

Result<void> append(floor::Interchange& content, const MarksFile& file) {
    auto parsed = floor::parse_marks_file(file.name, file.text, file.written);
    if (!parsed) {
        auto error = parsed.error();
        error.detail = file.name + ": " + error.detail;
        return error;
    }
    content.floor = common_floor(content, *parsed);
    std::move(parsed->marks.begin(), parsed->marks.end(), std::back_inserter(content.marks));
    std::move(parsed->adopted.begin(), parsed->adopted.end(), std::back_inserter(content.adopted));
    return {};
}

bool flag(floor::Members& members, const std::string& name) {
    const auto* value = members.optional(name);
    if (value != nullptr && !value->is_boolean()) {
        members.refuse(name, "is neither true nor false");
    }
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

}  // namespace

json import_request(const std::vector<MarksFile>& files, floor::MergeWish wish) {
    json list = json::array();
    for (const auto& [name, text, written] : files) {
        const auto time = std::chrono::floor<Microseconds>(written.time_since_epoch()).count();
        list.push_back(
            {{"name", name}, {"text", text}, {"written", std::max<std::int64_t>(time, 0)}});
    }
    return {{"command", "import"},
            {"files", list},
            {"dry_run", wish.dry_run},
            {"take_back", wish.take_back}};
}

Result<ImportRequest> read_import(const json& request) {
    floor::Members members(request, "");
    members.text("command");
    const auto* files = members.optional("files");
    ImportRequest read;
    read.wish = {flag(members, "dry_run"), flag(members, "take_back")};
    if (files == nullptr || !files->is_array() || files->empty()) {
        members.refuse("files", "is no list of files");
    }
    members.end();
    if (members.error()) {
        return wrong(members.error()->detail);
    }
    for (const auto& one : *files) {
        const auto file = read_file(one);
        const auto added = file ? append(read.content, *file) : file.error();
        if (!added) {
            return added.error();
        }
    }
    return read;
}

json import_result(const floor::Merge& merged, bool dry_run) {
    json clashes = json::array();
    for (const auto& [key, mark] : merged.without_digest) {
        clashes.push_back({{"key", key.key.text()},
                           {"chain", key.chain.text()},
                           {"kind", floor::kind_name(key.kind)},
                           {"level", mark.position.level.value},
                           {"round", mark.position.round.value}});
    }
    return {{"changed", !dry_run && (!merged.marks.empty() || !merged.adopted.empty())},
            {"dry_run", dry_run},
            {"added", merged.added},
            {"raised", merged.raised},
            {"unchanged", merged.unchanged},
            {"adopted", merged.adopted.size()},
            {"without_digest", clashes}};
}

json export_result(const floor::Interchange& content) {
    return {{"marks", content.marks.size()},
            {"adopted", content.adopted.size()},
            {"text", floor::interchange_text(content)}};
}

}  // namespace ledger_bridge::admin
