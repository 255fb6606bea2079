#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "tools/emulator/errors.hpp"
#include "tools/emulator/rig/nvram_file.hpp"

namespace ledger_bridge::emulator {

namespace {

using nlohmann::json;

constexpr std::uint32_t kFormat = 1;

json to_json(const Watermark& mark) {
    return {{"level", mark.level},
            {"round", mark.round},
            {"attested", mark.attested},
            {"preattested", mark.preattested}};
}

json to_json(const std::optional<KeyId>& key) {
    if (!key) {
        return nullptr;
    }
    const auto used = key->path.used();
    return {{"curve", curve_name(key->curve)},
            {"path", std::vector<std::uint32_t>(used.begin(), used.end())}};
}

// Reads fields out of an object; after one that is missing or wrong the error stays.
class Fields {
public:
    explicit Fields(const json& object) : object_(object) {}

    std::uint32_t number(const char* name) { return as_number(field(name)); }

    bool flag(const char* name) {
        const auto& value = field(name);
        require(value.is_boolean());
        return value.is_boolean() && *value.get_ptr<const bool*>();
    }

    std::string text(const char* name) {
        const auto& value = field(name);
        require(value.is_string());
        return value.is_string() ? *value.get_ptr<const std::string*>() : std::string();
    }

    Watermark mark(const char* name) {
        Fields inner(field(name));
        const Watermark mark{inner.number("level"),
                             inner.number("round"),
                             inner.flag("attested"),
                             inner.flag("preattested")};
        require(inner.ok());
        return mark;
    }

    std::optional<KeyId> key(const char* name) {
        const auto& value = field(name);
        if (value.is_null()) {
            return std::nullopt;
        }
        Fields inner(value);
        const auto curve = curve_from_name(inner.text("curve"));
        const KeyId key{curve.value_or(Curve::ed25519), inner.path("path")};
        require(inner.ok() && curve && key.path.usable());
        return key;
    }

    void require(bool condition) { ok_ = ok_ && condition; }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    const json& field(const char* name) {
        static const json missing(json::value_t::discarded);
        const auto found = object_.is_object() ? object_.find(name) : object_.end();
        require(object_.is_object() && found != object_.end());
        return ok_ ? *found : missing;
    }

    std::uint32_t as_number(const json& value) {
        const auto* const number = value.get_ptr<const json::number_unsigned_t*>();
        require(number != nullptr && *number <= std::numeric_limits<std::uint32_t>::max());
        return ok_ ? static_cast<std::uint32_t>(*number) : 0;
    }

    Path path(const char* name) {
        const auto& values = field(name);
        Path path;
        require(values.is_array() && values.size() <= Path::kMaxComponents);
        if (!ok_) {
            return path;
        }
        for (const auto& value : values) {
            path.components.at(path.count++) = as_number(value);
        }
        return path;
    }

    const json& object_;
    bool ok_ = true;
};

std::optional<std::uint32_t> chain_from_text(std::string_view text) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != 4) {
        return std::nullopt;
    }
    return ByteReader(*bytes).u32();
}

}  // namespace

std::string nvram_to_text(const BakingData& data) {
    const json object{{"format", kFormat},
                      {"chain_id", to_hex(ByteWriter().u32(data.chain).take())},
                      {"main", to_json(data.main)},
                      {"test", to_json(data.test)},
                      {"key", to_json(data.key)},
                      {"hwm_enabled", data.hwm_enabled}};
    return object.dump(2) + "\n";
}

Result<BakingData> nvram_from_text(std::string_view text) {
    const auto object = json::parse(text, nullptr, false);
    Fields fields(object);
    fields.require(fields.number("format") == kFormat);
    const auto chain = chain_from_text(fields.text("chain_id"));
    fields.require(chain.has_value());
    const BakingData data{chain.value_or(0),
                          fields.mark("main"),
                          fields.mark("test"),
                          fields.key("key"),
                          fields.flag("hwm_enabled")};
    if (!fields.ok()) {
        return fail(Errc::nvram_damaged);
    }
    return data;
}

}  // namespace ledger_bridge::emulator
