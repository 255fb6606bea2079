#include "daemon/node/node_head.hpp"

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/node/errors.hpp"

namespace ledger_bridge::node {

namespace {

using nlohmann::json;
using std::chrono::seconds;

template <class Pointer>
Pointer member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : found->get_ptr<Pointer>();
}

// "2026-11-25T10:00:00Z" since 1970. In seconds: the year 9999 is no time_point of the clock.
std::optional<seconds> read_time(const std::string& text) {
    std::tm parts{};
    std::istringstream stream(text);
    stream >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
    return stream ? std::optional(seconds(::timegm(&parts))) : std::nullopt;
}

seconds age_of(const json& header, WallTime now) {
    const auto* text = member<const std::string*>(header, "timestamp");
    const auto made = text == nullptr ? std::nullopt : read_time(*text);
    const auto today = std::chrono::floor<seconds>(now.time_since_epoch());
    return made ? std::max(today - *made, seconds{0}) : seconds{0};
}

}  // namespace

Result<NodeHead> parse_head(const std::string& body, WallTime now) {
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
    return NodeHead{apdu::Level{static_cast<std::uint32_t>(*level)}, *chain, age_of(header, now)};
}

}  // namespace ledger_bridge::node
