// Any text as a line over the admin socket, in both directions.

#include <string>

#include "daemon/admin/admin_protocol.hpp"
#include "daemon/admin/request.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::admin {
namespace {

bool is_line(const std::string& text) {
    return !text.empty() && text.find('\n') == text.size() - 1;
}

void check_request(std::string_view line) {
    const auto json = parse_request_line(line);
    if (!json) {
        require(is_line(error_line(json.error())), "a refusal is a line");
        return;
    }
    const auto request = read_request(*json);
    if (!request) {
        require(is_line(error_line(request.error())), "a refusal is a line");
        return;
    }
    const auto again = read_request(request_json(*request));
    require(again && request_json(*again) == request_json(*request), "a request survives its JSON");
    require(is_line(request_line(request_json(*request))), "a request is a line");
}

void check_answer(std::string_view line) {
    const auto message = parse_answer_line(line);
    if (!message) {
        return;
    }
    if (const auto* const failure = std::get_if<Failure>(&*message)) {
        const auto code = static_cast<int>(failure->exit_code);
        require(code >= 1 && code <= 6, "a failure is no success");
        require(!failure->message.empty(), "a failure says why");
    } else if (const auto* const result = std::get_if<ResultMessage>(&*message)) {
        require(is_line(result_line(result->result)), "a result is a line");
    } else {
        require(is_line(event_line(std::get<EventMessage>(*message).event)), "an event is a line");
    }
}

}  // namespace
}  // namespace ledger_bridge::admin

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string line(data, data + size);
    ledger_bridge::admin::check_request(line);
    ledger_bridge::admin::check_answer(line);
    return 0;
}
