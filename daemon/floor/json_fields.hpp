// Reads JSON of others strictly: every member is known, of its type and in its range, or the error
// says where it is and what is wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "daemon/floor/errors.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// One JSON object and nothing after it; a member that stands twice in an object is an error, since
// readers differ in which one they take. Error: bad_interchange.
Result<nlohmann::json> parse_strict_object(std::string_view text);

// The members of one object. Like Fields the error is sticky: after the first bad member every
// read gives a value without meaning.
class Members {
public:
    // `where`: "marks[3]", for the errors.
    Members(const nlohmann::json& object, std::string where);

    // Members that must be there; a number must be an integer of that range.
    std::string text(std::string_view name);
    std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
    // Null when it is missing.
    const nlohmann::json* optional(std::string_view name);

    // To be called last: a member that was not read is an error.
    void end();

    // Makes this member the bad one, unless there is one already.
    void refuse(std::string_view name, const std::string& why);
    template <class Value>
    Value take(std::string_view name, const Result<Value>& value) {
        if (!value) {
            refuse(name, value.error().text());
            return Value{};
        }
        return *value;
    }

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    const nlohmann::json& object_;
    std::string where_;
    std::string read_;  // names, each between spaces
    std::optional<Error> error_;
};

}  // namespace ledger_bridge::floor
