#include "tools/ledgerctl/delegating.hpp"

#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apdu/keys.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/output.hpp"
#include "tools/common/prompting.hpp"
#include "tools/common/terminal.hpp"
#include "tools/common/whole_file.hpp"
#include "tools/ledgerctl/octez_commands.hpp"
#include "tools/ledgerctl/phrases.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::ExitCode;
using admin::Failure;
using nlohmann::json;

constexpr auto* kStandardInput = "/dev/stdin";
constexpr auto* kEffect = "accepting it would be for nothing: nobody would get the signature";

Result<std::string> given_text(const std::vector<std::string>& pieces) {
    if (pieces.size() != 1 || pieces.front() != "-") {
        return fmt::format("{}", fmt::join(pieces, ""));
    }
    auto input = read_whole_file(kStandardInput);
    return input ? Result<std::string>(std::move(input->text)) : input.error();
}

Result<json> request_for(const std::vector<std::string>& pieces) {
    auto text = given_text(pieces);
    if (!text) {
        return text.error();
    }
    std::erase_if(*text, [](char c) {
        return std::string_view(" \t\r\n\"'").find(c) != std::string_view::npos;
    });
    const auto digits = text->starts_with("0x") ? text->substr(2) : *text;
    const auto bytes = from_hex(digits);
    if (!bytes || bytes->empty()) {
        return fail(Errc::bad_operation, fmt::format("'{:.80}'", *text));
    }
    return json{{"operation", to_hex(*bytes)}};
}

Failure wrong_usage(const Error& error) {
    auto failure = admin::failure_of(error);
    failure.exit_code = ExitCode::wrong_usage;
    return failure;
}

// Adds to the request which key is meant, and to the options which device, where a URI names it.
std::optional<Failure> choose_key(const std::string& key, json& request, CommonOptions& options) {
    if (!key.starts_with("ledger://")) {
        const auto address = apdu::parse_key_hash(key);
        request["key"] = key;
        return address ? std::nullopt : std::optional(wrong_usage(address.error()));
    }
    const auto uri = parse_device_uri(key);
    if (!uri) {
        return wrong_usage(uri.error());
    }
    const auto device = find_device(*uri, options);
    if (const auto* failure = std::get_if<Failure>(&device)) {
        return *failure;
    }
    options.device = text_in(std::get<json>(device), "device");
    if (uri->path) {
        request["curve"] = apdu::curve_name(*uri->curve);
        request["path"] = uri->path->text();
    }
    return std::nullopt;
}

Lines plan_lines_of(const json& plan) {
    auto lines = identity_lines(plan);
    lines.push_back(
        fmt::format("{:<11}it delegates to itself{}",
                    "Operation",
                    member(plan, "reveals") == true ? ", and reveals its key first" : ""));
    for (auto& line : question_lines(plan)) {
        lines.push_back(std::move(line));
    }
    return lines;
}

Lines result_lines_of(const json& result) {
    const auto operation = text_in(result, "signed_operation");
    return {"Done; the signature is right.",
            fmt::format("{:<11}{}", "Signature", text_in(result, "signature")),
            fmt::format("{:<11}{}", "Signed", operation),
            "To send it:",
            fmt::format("  octez-client rpc post /injection/operation with '\"{}\"'", operation)};
}

int finish(const admin::Outcome& outcome, const CommonOptions& options) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return print_error(*failure);
    }
    const auto& result = std::get<json>(outcome);
    if (options.json) {
        print_json(result);
    } else {
        say_all(result_lines_of(result), options);
    }
    return static_cast<int>(ExitCode::done);
}

int show_and_sign(Carrier& carrier, json request, const CommonOptions& options) {
    request["command"] = "plan-delegate";
    const auto planned = carrier.run(request, [](const json& /*event*/) {});
    if (const auto* failure = std::get_if<Failure>(&planned)) {
        return print_error(*failure);
    }
    const auto& plan = std::get<json>(planned);
    say_all(plan_lines_of(plan), options);
    if (!agreed("Send this to the device? [y/N] ", options.yes)) {
        return print_error(fail(Errc::not_confirmed));
    }
    request["command"] = "delegate";
    return finish(run_prompting(carrier, request, plan, kEffect, options), options);
}

}  // namespace

int delegate(const ControlOptions& options) {
    auto common = options.common;
    auto request = request_for(options.operation);
    if (!request) {
        return print_error(request.error());
    }
    if (const auto failure = choose_key(options.key, *request, common)) {
        return print_error(*failure);
    }
    const SystemClock clock;
    const auto carrier = open_carrier(common, Need::floor, clock);
    return carrier ? show_and_sign(**carrier, *std::move(request), common)
                   : print_error(carrier.error());
}

}  // namespace ledger_bridge::tools
