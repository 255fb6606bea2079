#include "tools/ledgerctl/yaml_text.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/common/errors.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;
using YAML::Mark;

constexpr std::size_t kMostBytes = std::size_t{256} * 1024;
constexpr std::string_view kPlain = "?";
constexpr std::string_view kQuoted = "!";

bool is_null(std::string_view tag, std::string_view value) {
    return tag == kPlain &&
           (value.empty() || value == "~" || value == "null" || value == "Null" || value == "NULL");
}

// The parser takes some of them for the end of the text.
bool is_control(char letter) {
    return (letter >= 0 && letter < ' ' && letter != '\t' && letter != '\n' && letter != '\r') ||
           letter == 0x7f;
}

// Builds the value from the parser's events. After the first refusal the rest is ignored.
class Builder : public YAML::EventHandler {  // NOLINT(bugprone-exception-escape): of its json
public:
    void OnDocumentStart(const Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}
    void OnNull(const Mark& mark, YAML::anchor_t anchor) override {
        check(mark, kPlain, anchor);
        add(mark, nullptr);
    }
    void OnAlias(const Mark& mark, YAML::anchor_t /*anchor*/) override { refuse(mark, kNoAnchors); }
    void OnScalar(const Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        check(mark, tag, anchor);
        add(mark, is_null(tag, value) ? json(nullptr) : json(value));
    }
    void OnSequenceStart(const Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        check(mark, tag, anchor);
        open_.push_back({json::array(), std::nullopt, mark});
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        check(mark, tag, anchor);
        open_.push_back({json::object(), std::nullopt, mark});
    }
    void OnMapEnd() override { close(); }

    void refuse(const Mark& mark, std::string_view why) {
        if (!refusal_) {
            refusal_ = fail(Errc::bad_wallet, fmt::format("line {}: {}", mark.line + 1, why));
        }
    }
    [[nodiscard]] Result<json> result() const {
        return refusal_ ? Result<json>(*refusal_) : Result<json>(root_);
    }

private:
    static constexpr std::string_view kNoAnchors = "anchors and aliases are not read; write it out";

    struct Open {
        json value;
        std::optional<std::string> name;  // of a map, when its value comes next
        Mark mark;
    };

    void check(const Mark& mark, std::string_view tag, YAML::anchor_t anchor) {
        if (anchor != 0) {
            refuse(mark, kNoAnchors);
        }
        if (!tag.empty() && tag != kPlain && tag != kQuoted) {
            refuse(mark, "tags are not read");
        }
    }

    void close() {
        auto done = std::move(open_.back());
        open_.pop_back();
        add(done.mark, std::move(done.value));
    }

    void add(const Mark& mark, json value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (open_.back().value.is_array()) {
            open_.back().value.push_back(std::move(value));
        } else {
            add_to_map(mark, open_.back(), std::move(value));
        }
    }

    void add_to_map(const Mark& mark, Open& map, json value) {
        if (map.name) {
            map.value[*std::exchange(map.name, std::nullopt)] = std::move(value);
            return;
        }
        const auto* name = value.get_ptr<const std::string*>();
        if (name == nullptr) {
            refuse(mark, "a name in a map is no text");
        } else if (map.value.contains(*name)) {
            refuse(mark, fmt::format("'{}' stands twice in its map", *name));
        }
        map.name = name == nullptr ? std::string() : *name;
    }

    json root_;
    std::vector<Open> open_;
    std::optional<Error> refusal_;
};

}  // namespace

Result<json> parse_yaml(std::string_view text) {
    if (text.size() > kMostBytes) {
        return fail(Errc::bad_wallet, "it has more than 256 KiB");
    }
    if (std::any_of(text.begin(), text.end(), is_control)) {
        return fail(Errc::bad_wallet, "it has control characters");
    }
    Builder builder;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder second;
        if (parser.HandleNextDocument(builder) && parser.HandleNextDocument(second)) {
            return fail(Errc::bad_wallet, "it has more than one document");
        }
    } catch (const YAML::Exception& exception) {
        builder.refuse(exception.mark, exception.msg);
    }
    return builder.result();
}

}  // namespace ledger_bridge::tools
