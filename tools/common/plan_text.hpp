// A plan and its result in words, from the JSON of admin/mark_operations.hpp.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace ledger_bridge::tools {

using Lines = std::vector<std::string>;

// What the person should know before deciding, and what the screen will ask.
Lines question_lines(const nlohmann::json& plan);
// Device and address.
Lines identity_lines(const nlohmann::json& plan);
// Device, key, old and new marks, notes, and what the screen will ask.
Lines plan_lines(const nlohmann::json& plan);
// The device has what was asked for.
Lines nothing_to_do_lines(const nlohmann::json& plan);
// It was done: address, public key, and how to use it.
Lines result_lines(const nlohmann::json& result);
// The screens of a prompt, one indented line each.
Lines screen_lines(const nlohmann::json& screens);
// What accepting the prompt would do: "it sets main level 5, …".
std::string effect_text(const nlohmann::json& plan);

}  // namespace ledger_bridge::tools
