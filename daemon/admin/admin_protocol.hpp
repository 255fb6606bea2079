// What goes over the admin socket: JSON objects, one a line.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "daemon/admin/exit_codes.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::admin {

//   client   one request (request.hpp)
//   daemon   {"event":…} as often as there is something to tell, then one of
//            {"result":{…}}   {"error":{"id":"…","message":"…","exit_code":4}}
//            and the end of the connection
// Room for some thousand watermarks.
inline constexpr std::size_t kMaxLineSize = std::size_t{4} * 1024 * 1024;

// An error as it crosses the socket: the daemon's error codes need not exist in the tool.
struct Failure {
    std::string id;
    std::string message;  // "<what> (<why>); <what to do>"
    ExitCode exit_code = ExitCode::failed;
};

Failure failure_of(const Error& error);

// Each with its line end. Text that is no UTF-8 is replaced, never an error.
std::string request_line(const nlohmann::json& request);
std::string event_line(const nlohmann::json& event);
std::string result_line(const nlohmann::json& result);
std::string error_line(const Error& error);

// One line without its end. Error: bad_request.
Result<nlohmann::json> parse_request_line(std::string_view line);

struct EventMessage {
    nlohmann::json event;
};
struct ResultMessage {
    nlohmann::json result;
};
using AdminMessage = std::variant<EventMessage, ResultMessage, Failure>;

// One line of the daemon without its end. Error: bad_answer.
Result<AdminMessage> parse_answer_line(std::string_view line);

}  // namespace ledger_bridge::admin
