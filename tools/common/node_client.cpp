#include "tools/common/node_client.hpp"

#include <ctime>
#include <iomanip>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/common/errors.hpp"
#include "tools/common/http_get.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

constexpr const char* kHeadHeader = "/chains/main/blocks/head/header";

Result<void> check_status(const HttpReply& reply) {
    if (reply.status == 200) {
        return {};
    }
    if (reply.status >= 300 && reply.status < 400) {
        return fail(Errc::node_redirects, reply.location);
    }
    return fail(Errc::node_refused, fmt::format("HTTP status {}", reply.status));
}

template <class Pointer>
Pointer member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : found->get_ptr<Pointer>();
}

// "2026-11-25T10:00:00Z"
std::optional<WallTime> read_time(const std::string& text) {
    std::tm parts{};
    std::istringstream stream(text);
    stream >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
    return stream ? std::optional(WallTime::clock::from_time_t(::timegm(&parts))) : std::nullopt;
}

std::chrono::seconds age_of(const json& header, WallTime now) {
    const auto* text = member<const std::string*>(header, "timestamp");
    const auto made = text == nullptr ? std::nullopt : read_time(*text);
    return std::chrono::floor<std::chrono::seconds>(made && *made < now ? now - *made : Duration{});
}

Result<admin::NodeHead> read_header(const std::string& body, WallTime now) {
    const auto header = json::parse(body, nullptr, false);
    if (!header.is_object()) {
        return fail(Errc::node_bad_answer, "it is no JSON object");
    }
    const auto* level = member<const json::number_unsigned_t*>(header, "level");
    const auto* chain_id = member<const std::string*>(header, "chain_id");
    if (level == nullptr || chain_id == nullptr) {
        return fail(Errc::node_bad_answer, "it has no level or no chain_id");
    }
    const auto chain = apdu::parse_chain_id(*chain_id);
    if (!chain || chain->unspecified() || *level >= apdu::Level::kEnd.value) {
        return fail(Errc::node_bad_answer, fmt::format("level {} of {}", *level, *chain_id));
    }
    return admin::NodeHead{
        apdu::Level{static_cast<std::uint32_t>(*level)}, *chain, age_of(header, now)};
}

}  // namespace

Result<admin::NodeHead> ask_node(std::string_view url,
                                 const Deadline& deadline,
                                 const Clock& clock) {
    const auto parsed = parse_node_url(url);
    if (!parsed) {
        return parsed.error();
    }
    const auto reply = http_get(*parsed, kHeadHeader, deadline);
    if (!reply) {
        return reply.error();
    }
    const auto status = check_status(*reply);
    return status ? read_header(reply->body, clock.wall()) : status.error();
}

}  // namespace ledger_bridge::tools
