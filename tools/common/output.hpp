// What the tools print: the result on standard output, errors and talk in their places.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "daemon/admin/admin_protocol.hpp"

namespace ledger_bridge::tools {

// "error: <what> (<why>); <what to do>" on standard error. Returns the exit code.
int print_error(const admin::Failure& failure);
int print_error(const Error& error);

// One JSON object on standard output.
void print_json(const nlohmann::json& object);

// A line for the person; on standard error where standard output carries JSON. Flushed, since
// what follows may be a long wait.
void say(std::string_view line, bool json);

// Text from elsewhere with its control characters replaced, so that it cannot move the cursor.
std::string printable(std::string_view text);

// A member of an object as text: a text as it is, anything absent or null as "".
std::string text_in(const nlohmann::json& object, std::string_view name);
// A nested object, or null.
const nlohmann::json& member(const nlohmann::json& object, std::string_view name);
// A whole number as text; "?" when it is none.
std::string number_in(const nlohmann::json& object, std::string_view name);
// "level 5 round 0"
std::string mark_text(const nlohmann::json& mark);

}  // namespace ledger_bridge::tools
