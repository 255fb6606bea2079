// A way into a configuration of others, in which nothing is overlooked.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver/base/result.hpp"

namespace ledger_bridge::tools {

// What is wrong with the file: the first of it. Everything read after it has no meaning.
class Findings {
public:
    void refuse(const std::string& where, const std::string& why);
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    std::optional<Error> error_;  // bad_wallet
};

// One map of the file. What is absent or null counts as empty, what has another form is refused.
class Section {
public:
    // `where`: "server", for the errors. Both arguments must outlive it.
    Section(const nlohmann::json& value, std::string where, Findings& findings);

    [[nodiscard]] const std::string& where() const { return where_; }
    // "server.address"
    [[nodiscard]] std::string place(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;
    // Whether something stands there; it counts as read then.
    bool has(std::string_view name);

    std::string text(std::string_view name);
    std::optional<std::vector<std::string>> texts(std::string_view name);
    Section section(std::string_view name);
    const nlohmann::json& any(std::string_view name);

    // The places of what stands there and was never asked for.
    [[nodiscard]] std::vector<std::string> unread() const;
    void refuse(std::string_view name, const std::string& why);

private:
    const nlohmann::json& value_;
    std::string where_;
    Findings& findings_;
    std::set<std::string, std::less<>> read_;
};

}  // namespace ledger_bridge::tools
