// A control request's JSON object, read strictly: no unknown field, no wrong type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace ledger_bridge::emulator {

// Read every field, then ask ok(): a field of the wrong type, out of range, or never asked for
// makes it false. An absent field gives nothing.
class RequestBody {
public:
    explicit RequestBody(const nlohmann::json& object) : object_(object) {}

    std::optional<bool> flag(const char* name);
    std::optional<std::string> text(const char* name);
    // Between `low` and `high`, both allowed.
    std::optional<std::uint32_t> number(const char* name, std::uint32_t low, std::uint32_t high);

    [[nodiscard]] bool ok() const;
    // What is wrong, for a person.
    [[nodiscard]] std::string reason() const;

private:
    const nlohmann::json* find(const char* name);

    const nlohmann::json& object_;
    std::vector<std::string> asked_;
    std::string wrong_;
};

}  // namespace ledger_bridge::emulator
