#include "daemon/admin/request.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 11> kFields{"command",
                                                   "device",
                                                   "curve",
                                                   "path",
                                                   "chain",
                                                   "level",
                                                   "test_level",
                                                   "head",
                                                   "force_lower",
                                                   "key",
                                                   "operation"};

Error wrong_field(std::string_view name, std::string_view expected) {
    return fail(Errc::bad_request, fmt::format("\"{}\" is not {}", name, expected));
}

Result<void> check_fields(const json& request) {
    for (const auto& item : request.items()) {
        if (std::find(kFields.begin(), kFields.end(), item.key()) == kFields.end()) {
            return fail(Errc::bad_request, fmt::format("unknown field \"{}\"", item.key()));
        }
    }
    return {};
}

Result<std::optional<std::string>> text_field(const json& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end()) {
        return std::optional<std::string>{};
    }
    const auto* text = found->get_ptr<const std::string*>();
    return text == nullptr ? Result<std::optional<std::string>>(wrong_field(name, "a text"))
                           : std::optional(*text);
}

// A text field read by its own parser.
template <class Value>
Result<std::optional<Value>> parsed_field(const json& object,
                                          std::string_view name,
                                          Result<Value> (*parse)(std::string_view)) {
    const auto text = text_field(object, name);
    if (!text) {
        return text.error();
    }
    if (!*text) {
        return std::optional<Value>{};
    }
    auto value = parse(**text);
    return value ? Result<std::optional<Value>>(std::optional<Value>(*value)) : value.error();
}

// A whole number that is not negative; one made in memory may be stored as signed.
std::optional<std::uint64_t> whole_number(const json& value) {
    if (const auto* number = value.get_ptr<const json::number_unsigned_t*>()) {
        return *number;
    }
    const auto* number = value.get_ptr<const json::number_integer_t*>();
    return number == nullptr || *number < 0 ? std::nullopt
                                            : std::optional(static_cast<std::uint64_t>(*number));
}

Result<std::optional<apdu::Level>> level_field(const json& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end()) {
        return std::optional<apdu::Level>{};
    }
    const auto number = whole_number(*found);
    if (!number) {
        return wrong_field(name, "a level");
    }
    if (*number > std::numeric_limits<std::uint32_t>::max()) {
        return fail(Errc::level_out_of_range, fmt::format("level {}", *number));
    }
    return std::optional(apdu::Level{static_cast<std::uint32_t>(*number)});
}

// Left out by a tool that does not know it.
Result<std::chrono::seconds> age_field(const json& head) {
    const auto found = head.find("age");
    if (found == head.end()) {
        return std::chrono::seconds{0};
    }
    const auto seconds = whole_number(*found);
    return seconds && *seconds <= std::numeric_limits<std::uint32_t>::max()
               ? Result<std::chrono::seconds>(std::chrono::seconds{*seconds})
               : wrong_field("age", "a number of seconds");
}

Result<std::optional<NodeHead>> head_field(const json& request) {
    const auto found = request.find("head");
    if (found == request.end()) {
        return std::optional<NodeHead>{};
    }
    if (!found->is_object()) {
        return wrong_field("head", "an object");
    }
    const auto level = level_field(*found, "level");
    const auto chain = parsed_field<apdu::ChainId>(*found, "chain", apdu::parse_chain_id);
    if (!level || !chain) {
        return level ? chain.error() : level.error();
    }
    if (!*level || !*chain) {
        return wrong_field("head", "a level with its chain");
    }
    const auto age = age_field(*found);
    return age ? Result<std::optional<NodeHead>>(NodeHead{**level, **chain, *age}) : age.error();
}

Result<bool> flag_field(const json& request, std::string_view name) {
    const auto found = request.find(name);
    if (found == request.end()) {
        return false;
    }
    const auto* flag = found->get_ptr<const bool*>();
    return flag == nullptr ? Result<bool>(wrong_field(name, "true or false")) : *flag;
}

Result<MarkWish> read_marks(const json& request) {
    auto level = level_field(request, "level");
    auto test_level = level_field(request, "test_level");
    auto head = head_field(request);
    auto force_lower = flag_field(request, "force_lower");
    if (!level || !test_level) {
        return level ? test_level.error() : level.error();
    }
    if (!head || !force_lower) {
        return head ? force_lower.error() : head.error();
    }
    return MarkWish{*level, *test_level, *head, *force_lower};
}

Result<Bytes> parse_hex(std::string_view text) {
    auto bytes = from_hex(text);
    return bytes ? Result<Bytes>(*std::move(bytes)) : wrong_field("operation", "hexadecimal");
}

Result<void> read_key(const json& request, AdminRequest& out) {
    auto curve = parsed_field<apdu::Curve>(request, "curve", apdu::parse_curve);
    if (!curve) {
        return curve.error();
    }
    auto path = parsed_field<apdu::DerivationPath>(request, "path", apdu::DerivationPath::parse);
    if (!path) {
        return path.error();
    }
    auto chain = parsed_field<apdu::ChainId>(request, "chain", apdu::parse_chain_id);
    if (!chain) {
        return chain.error();
    }
    auto hash = parsed_field<apdu::KeyHash>(request, "key", apdu::parse_key_hash);
    if (!hash) {
        return hash.error();
    }
    auto operation = parsed_field<Bytes>(request, "operation", parse_hex);
    if (!operation) {
        return operation.error();
    }
    out.curve = *curve;
    out.path = *path;
    out.chain = *chain;
    out.key = *hash;
    out.operation = std::move(*operation);
    return {};
}

void put_marks(json& out, const MarkWish& marks) {
    if (marks.level) {
        out["level"] = marks.level->value;
    }
    if (marks.test_level) {
        out["test_level"] = marks.test_level->value;
    }
    if (marks.head) {
        out["head"] = {{"level", marks.head->level.value},
                       {"chain", apdu::chain_display_name(marks.head->chain)},
                       {"age", marks.head->age.count()}};
    }
    if (marks.force_lower) {
        out["force_lower"] = true;
    }
}

}  // namespace

Result<AdminRequest> read_request(const json& request) {
    if (!request.is_object()) {
        return fail(Errc::bad_request, "it is no JSON object");
    }
    const auto fields = check_fields(request);
    if (!fields) {
        return fields.error();
    }
    const auto command = text_field(request, "command");
    const auto device = text_field(request, "device");
    if (!command || !device) {
        return command ? device.error() : command.error();
    }
    if (!*command) {
        return fail(Errc::bad_request, "it has no \"command\"");
    }
    AdminRequest out;
    out.command = **command;
    out.device = *device;
    const auto key = read_key(request, out);
    if (!key) {
        return key.error();
    }
    const auto marks = read_marks(request);
    if (!marks) {
        return marks.error();
    }
    out.marks = *marks;
    return out;
}

json request_json(const AdminRequest& request) {
    json out{{"command", request.command}};
    if (request.device) {
        out["device"] = *request.device;
    }
    if (request.curve) {
        out["curve"] = apdu::curve_name(*request.curve);
    }
    if (request.path) {
        out["path"] = request.path->text();
    }
    if (request.chain) {
        out["chain"] = apdu::chain_display_name(*request.chain);
    }
    if (request.key) {
        out["key"] = request.key->text();
    }
    if (request.operation) {
        out["operation"] = to_hex(*request.operation);
    }
    put_marks(out, request.marks);
    return out;
}

}  // namespace ledger_bridge::admin
