#include "tools/emulator/rig/request_body.hpp"

#include <algorithm>

namespace ledger_bridge::emulator {

using nlohmann::json;

const json* RequestBody::find(const char* name) {
    asked_.emplace_back(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

std::optional<bool> RequestBody::flag(const char* name) {
    const auto* const field = find(name);
    if (field == nullptr) {
        return std::nullopt;
    }
    const auto* const value = field->get_ptr<const bool*>();
    if (value == nullptr) {
        wrong_ = std::string(name) + " must be true or false";
        return std::nullopt;
    }
    return *value;
}

std::optional<std::string> RequestBody::text(const char* name) {
    const auto* const field = find(name);
    if (field == nullptr) {
        return std::nullopt;
    }
    const auto* const value = field->get_ptr<const std::string*>();
    if (value == nullptr) {
        wrong_ = std::string(name) + " must be a string";
        return std::nullopt;
    }
    return *value;
}

std::optional<std::uint32_t> RequestBody::number(const char* name,
                                                 std::uint32_t low,
                                                 std::uint32_t high) {
    const auto* const field = find(name);
    if (field == nullptr) {
        return std::nullopt;
    }
    const auto* const value = field->get_ptr<const json::number_unsigned_t*>();
    if (value == nullptr || *value < low || *value > high) {
        wrong_ = std::string(name) + " must be a number from " + std::to_string(low) + " to " +
                 std::to_string(high);
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*value);
}

bool RequestBody::ok() const {
    return reason().empty();
}

std::string RequestBody::reason() const {
    if (!wrong_.empty()) {
        return wrong_;
    }
    for (const auto& [name, value] : object_.items()) {
        if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
            return "unknown field";
        }
    }
    return {};
}

}  // namespace ledger_bridge::emulator
