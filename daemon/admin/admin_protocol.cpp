#include "daemon/admin/admin_protocol.hpp"

#include "daemon/admin/errors.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;

std::string line_of(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

json parse_object(std::string_view line) {
    auto object = json::parse(line, nullptr, false);
    return object.is_object() ? object : json(json::value_t::discarded);
}

std::string text_in(const json& object, std::string_view name) {
    const auto found = object.find(name);
    const auto* text = found == object.end() ? nullptr : found->get_ptr<const std::string*>();
    return text == nullptr ? std::string{} : *text;
}

ExitCode exit_code_in(const json& error) {
    const auto found = error.find("exit_code");
    const auto* code =
        found == error.end() ? nullptr : found->get_ptr<const json::number_unsigned_t*>();
    const auto highest = static_cast<json::number_unsigned_t>(ExitCode::timed_out);
    return code == nullptr || *code == 0 || *code > highest ? ExitCode::failed
                                                            : static_cast<ExitCode>(*code);
}

Result<AdminMessage> read_failure(const json& error) {
    auto message = error.is_object() ? text_in(error, "message") : std::string{};
    if (message.empty()) {
        return fail(Errc::bad_answer, "an error without a message");
    }
    return AdminMessage{Failure{text_in(error, "id"), std::move(message), exit_code_in(error)}};
}

}  // namespace

Failure failure_of(const Error& error) {
    return {error.id(), error.text(), exit_code_of(error)};
}

std::string request_line(const json& request) {
    return line_of(request);
}

std::string event_line(const json& event) {
    return line_of(event);
}

std::string result_line(const json& result) {
    return line_of({{"result", result}});
}

std::string error_line(const Error& error) {
    const auto failure = failure_of(error);
    return line_of({{"error",
                     {{"id", failure.id},
                      {"message", failure.message},
                      {"exit_code", static_cast<int>(failure.exit_code)}}}});
}

Result<json> parse_request_line(std::string_view line) {
    auto request = parse_object(line);
    if (request.is_discarded()) {
        return fail(Errc::bad_request, "it is no JSON object");
    }
    return request;
}

Result<AdminMessage> parse_answer_line(std::string_view line) {
    auto message = parse_object(line);
    if (message.is_discarded()) {
        return fail(Errc::bad_answer, "it is no JSON object");
    }
    if (message.contains("event")) {
        return AdminMessage{EventMessage{std::move(message)}};
    }
    if (const auto result = message.find("result"); result != message.end()) {
        return AdminMessage{ResultMessage{*result}};
    }
    const auto error = message.find("error");
    return error == message.end() ? fail(Errc::bad_answer, "neither event nor result nor error")
                                  : read_failure(*error);
}

}  // namespace ledger_bridge::admin
