#include "daemon/floor/json_fields.hpp"

#include <set>
#include <vector>

#include <fmt/format.h>

namespace ledger_bridge::floor {

namespace {

using nlohmann::json;

Error bad(const std::string& why) {
    return fail(Errc::bad_interchange, why);
}

// Sees every name in every open object.
class TwinFinder {
public:
    bool operator()(int /*depth*/, json::parse_event_t event, const json& parsed) {
        if (event == json::parse_event_t::object_start) {
            open_.emplace_back();
        } else if (event == json::parse_event_t::object_end) {
            open_.pop_back();
        } else if (event == json::parse_event_t::key) {
            const auto& name = parsed.get_ref<const std::string&>();
            if (!open_.back().insert(name).second && !twin) {
                twin = name;
            }
        }
        return true;
    }

    std::optional<std::string> twin;

private:
    std::vector<std::set<std::string>> open_;
};

std::string shown(const json& value) {
    constexpr std::size_t kMost = 80;
    const auto text = value.dump(-1, ' ', true, json::error_handler_t::replace);
    return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

}  // namespace

Result<json> parse_strict_object(std::string_view text) {
    TwinFinder finder;
    auto parsed = json::parse(text, std::ref(finder), false);
    if (parsed.is_discarded()) {
        return bad("it is no JSON");
    }
    if (finder.twin) {
        return bad("\"" + *finder.twin + "\" stands twice in one object");
    }
    if (!parsed.is_object()) {
        return bad("it is no JSON object");
    }
    return parsed;
}

Members::Members(const json& object, std::string where)
    : object_(object), where_(std::move(where)), read_(" ") {
    if (!object.is_object()) {
        error_ = bad(where_ + " is no object: " + shown(object));
    }
}

const json* Members::optional(std::string_view name) {
    read_ += std::string(name) + " ";
    if (!object_.is_object()) {
        return nullptr;
    }
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

std::string Members::text(std::string_view name) {
    const auto* value = optional(name);
    const auto* text = value == nullptr ? nullptr : value->get_ptr<const std::string*>();
    if (text == nullptr) {
        refuse(name, value == nullptr ? "is missing" : "is no text: " + shown(*value));
        return {};
    }
    return *text;
}

std::int64_t Members::number(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto* value = optional(name);
    if (value == nullptr) {
        refuse(name, "is missing");
        return least;
    }
    const bool fits = value->is_number_integer() &&
                      (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX) &&
                      value->get<std::int64_t>() >= least && value->get<std::int64_t>() <= most;
    if (!fits) {
        refuse(name, fmt::format("is {}, not a number from {} to {}", shown(*value), least, most));
        return least;
    }
    return value->get<std::int64_t>();
}

void Members::end() {
    if (!object_.is_object()) {
        return;
    }
    for (const auto& [name, value] : object_.items()) {
        if (name.find(' ') != std::string::npos ||
            read_.find(" " + name + " ") == std::string::npos) {
            refuse(name, "is unknown");
        }
    }
}

void Members::refuse(std::string_view name, const std::string& why) {
    if (!error_) {
        const auto place = where_.empty() ? std::string(name) : where_ + "." + std::string(name);
        error_ = bad(place + " " + why);
    }
}

}  // namespace ledger_bridge::floor
