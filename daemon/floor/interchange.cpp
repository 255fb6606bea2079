#include "daemon/floor/interchange.hpp"

#include <array>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "daemon/floor/foreign_marks.hpp"
#include "daemon/floor/interchange_values.hpp"

namespace ledger_bridge::floor {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Microseconds = std::chrono::microseconds;

constexpr std::string_view kFormat = "ledger-bridge-watermarks";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kFloorDigits = 32;

using ScopeKind = ChainScope::Kind;
constexpr std::array<std::pair<ScopeKind, std::string_view>, 3> kScopes{
    {{ScopeKind::only, "only"}, {ScopeKind::all_but, "all_but"}, {ScopeKind::all, "all"}}};

std::int64_t microseconds(WallTime time) {
    return std::chrono::floor<Microseconds>(time.time_since_epoch()).count();
}

WallTime read_time(Members& members) {
    return WallTime(Microseconds(members.number("time", 0, kLatestMicrosecond)));
}

StoredMark read_one(Members& members) {
    StoredMark stored;
    stored.key.chain = members.take("chain", read_chain(members.text("chain")));
    stored.key.key = members.take("key", read_key(members.text("key")));
    const auto kind = members.text("kind");
    stored.key.kind = members.take("kind", read_any_kind(kind));
    if (kind.ends_with("endorsement")) {
        members.refuse("kind", "\"" + kind + "\" is no kind of this format");
    }
    stored.mark.position = {read_level(members), read_round(members)};
    if (members.optional("digest") != nullptr) {
        stored.mark.digest = members.take("digest", read_digest(members.text("digest")));
    }
    stored.mark.time = read_time(members);
    return stored;
}

ScopeKind read_scope_kind(Members& members) {
    const auto text = members.text("scope");
    for (const auto& [kind, name] : kScopes) {
        if (name == text) {
            return kind;
        }
    }
    members.refuse("scope", "\"" + text + "\" is none of only, all_but, all");
    return ScopeKind::all;
}

AdoptedLevel read_adopted_level(Members& members) {
    AdoptedLevel level;
    level.device = members.text("device");
    level.key = members.take("key", read_key(members.text("key")));
    level.scope.kind = read_scope_kind(members);
    if (level.scope.kind != ScopeKind::all) {
        level.scope.chain = members.take("chain", read_chain(members.text("chain")));
    }
    const auto used = members.number("level", 0, std::numeric_limits<std::uint32_t>::max());
    level.level = {static_cast<std::uint32_t>(used)};
    level.origin = members.text("origin");
    level.time = read_time(members);
    return level;
}

// Every item of an array, each an object read by `read`; `unique` gives what may stand once.
template <class Item, class Key>
Result<std::vector<Item>> read_array(const json& array,
                                     const std::string& name,
                                     Item (*read)(Members&),
                                     Key (*unique)(const Item&)) {
    if (!array.is_array()) {
        return fail(Errc::bad_interchange, name + " is no array");
    }
    std::vector<Item> items;
    std::set<Key> seen;
    for (const auto& one : array) {
        const auto where = fmt::format("{}[{}]", name, items.size());
        Members members(one, where);
        items.push_back(read(members));
        members.end();
        if (members.error()) {
            return *members.error();
        }
        if (!seen.insert(unique(items.back())).second) {
            return fail(Errc::bad_interchange, where + " stands twice");
        }
    }
    return items;
}

Result<void> check_version(Members& members) {
    const auto version = members.number("version", 0, std::numeric_limits<std::int64_t>::max());
    if (members.error()) {
        return *members.error();
    }
    if (version != kVersion) {
        return fail(Errc::interchange_newer,
                    fmt::format("it has version {}, this release knows {}", version, kVersion));
    }
    return {};
}

std::optional<std::string> read_floor(Members& members) {
    if (members.optional("floor") == nullptr) {
        return std::nullopt;
    }
    const auto floor = members.text("floor");
    const auto bytes = from_hex(floor);
    if (floor.size() != kFloorDigits || !bytes) {
        members.refuse("floor", "is not of 32 hexadecimal digits");
        return std::nullopt;
    }
    return to_hex(*bytes);  // as a store has it
}

Result<Interchange> parse_own(const json& object) {
    Members members(object, "");
    if (members.text("format") != kFormat) {
        members.refuse("format", "is not \"" + std::string(kFormat) + "\"");
    }
    if (const auto version = check_version(members); !version) {
        return version.error();
    }
    Interchange content;
    content.floor = read_floor(members);
    const auto* marks = members.optional("marks");
    const auto* adopted = members.optional("adopted");
    if (marks == nullptr) {
        members.refuse("marks", "is missing");
    }
    members.end();
    if (members.error()) {
        return *members.error();
    }
    auto read_marks = read_array<StoredMark, MarkKey>(
        *marks, "marks", read_one, [](const StoredMark& one) { return one.key; });
    if (!read_marks) {
        return read_marks.error();
    }
    content.marks = *std::move(read_marks);
    auto read_levels = read_array<AdoptedLevel, AdoptedKey>(
        adopted == nullptr ? json::array() : *adopted, "adopted", read_adopted_level, key_of);
    if (!read_levels) {
        return read_levels.error();
    }
    content.adopted = *std::move(read_levels);
    return content;
}

ordered_json mark_json(const StoredMark& stored) {
    ordered_json out{{"chain", stored.key.chain.text()},
                     {"key", stored.key.key.text()},
                     {"kind", kind_name(stored.key.kind)},
                     {"level", stored.mark.position.level.value},
                     {"round", stored.mark.position.round.value}};
    if (stored.mark.digest != kUnknownDigest) {
        out["digest"] = to_hex(stored.mark.digest);
    }
    out["time"] = std::max<std::int64_t>(microseconds(stored.mark.time), 0);
    return out;
}

ordered_json adopted_json(const AdoptedLevel& level) {
    ordered_json out{{"device", level.device}, {"key", level.key.text()}};
    for (const auto& [kind, name] : kScopes) {
        if (kind == level.scope.kind) {
            out["scope"] = name;
        }
    }
    if (level.scope.kind != ScopeKind::all) {
        out["chain"] = level.scope.chain.text();
    }
    out["level"] = level.level.value;
    out["origin"] = level.origin;
    out["time"] = std::max<std::int64_t>(microseconds(level.time), 0);
    return out;
}

}  // namespace

std::string interchange_text(const Interchange& content) {
    ordered_json out{{"format", kFormat}, {"version", kVersion}};
    if (content.floor) {
        out["floor"] = *content.floor;
    }
    out["marks"] = ordered_json::array();
    for (const auto& mark : content.marks) {
        out["marks"].push_back(mark_json(mark));
    }
    out["adopted"] = ordered_json::array();
    for (const auto& level : content.adopted) {
        out["adopted"].push_back(adopted_json(level));
    }
    return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Interchange> parse_marks_file(std::string_view file_name,
                                     std::string_view text,
                                     WallTime written) {
    const auto object = parse_strict_object(text);
    if (!object) {
        return object.error();
    }
    return object->contains("format") ? parse_own(*object)
                                      : parse_foreign_marks(file_name, *object, written);
}

}  // namespace ledger_bridge::floor
