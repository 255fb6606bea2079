#include "daemon/http/answers.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "daemon/errors.hpp"
#include "daemon/http/json_text.hpp"

namespace ledger_bridge::daemon {

namespace {

using nlohmann::ordered_json;

constexpr unsigned kOk = 200;
constexpr unsigned kServiceUnavailable = 503;

ordered_json text_or_null(const std::optional<std::string>& text) {
    return text ? ordered_json(*text) : ordered_json(nullptr);
}

HttpAnswer json_answer(const ordered_json& json, unsigned status = kOk) {
    return {.status = status, .body = json_text(json) + "\n"};
}

HttpAnswer with_allow(HttpAnswer answer, const std::string& allow) {
    answer.allow = allow;
    return answer;
}

struct FixedAnswer {
    std::optional<HttpAnswer> operator()(const NotFound& /*route*/) const {
        return error_answer(fail(Errc::no_such_path));
    }
    std::optional<HttpAnswer> operator()(const MethodNotAllowed& route) const {
        return with_allow(error_answer(fail(Errc::method_refused)), route.allow);
    }
    std::optional<HttpAnswer> operator()(const NotImplemented& /*route*/) const {
        return error_answer(fail(Errc::method_unknown));
    }
    std::optional<HttpAnswer> operator()(const BadQuery& route) const {
        return error_answer(fail(Errc::bad_request, route.why));
    }
    std::optional<HttpAnswer> operator()(const PagePostsKey& /*route*/) const {
        return error_answer(fail(Errc::page_refused));
    }
    std::optional<HttpAnswer> operator()(const BlsProvePossession& /*route*/) const {
        return error_answer(fail(Errc::possession_off));
    }
    std::optional<HttpAnswer> operator()(const Options& route) const {
        return HttpAnswer{.status = kOk, .body = "", .allow = route.allow};
    }
    template <class Other>
    std::optional<HttpAnswer> operator()(const Other& /*route*/) const {
        return std::nullopt;
    }
};

}  // namespace

HttpAnswer signature_answer(std::string_view signature) {
    return json_answer({{"signature", signature}});
}

HttpAnswer public_key_answer(std::string_view public_key) {
    return json_answer({{"public_key", public_key}});
}

HttpAnswer authorized_keys_answer(const std::optional<std::vector<std::string>>& key_hashes) {
    auto json = ordered_json::object();
    if (key_hashes) {
        json["authorized_keys"] = *key_hashes;
    }
    return json_answer(json);
}

HttpAnswer known_keys_answer(std::span<const std::string> key_hashes) {
    auto list = ordered_json::array();
    for (const auto& key_hash : key_hashes) {
        list.push_back(key_hash);
    }
    return json_answer({{"known_keys", std::move(list)}});
}

ordered_json health_json(const Health& health) {
    return {{"ready", health.reasons.empty()},
            {"reasons", health.reasons},
            {"device", text_or_null(health.device)},
            {"store", text_or_null(health.store)},
            {"role", text_or_null(health.role)}};
}

ordered_json health_page_json(const Health& health) {
    auto json = health_json(health);
    json["details"] = health.details;
    return json;
}

HttpAnswer health_answer(const Health& health, const ordered_json& marks) {
    auto json = health_json(health);
    if (!health.warnings.empty()) {
        json["warnings"] = health.warnings;
    }
    if (!marks.empty()) {
        json["marks"] = marks;
    }
    if (!health.policy.empty()) {
        json["policy"] = health.policy;
    }
    return json_answer(json, health.reasons.empty() ? kOk : kServiceUnavailable);
}

HttpAnswer health_answer(const Health& health) {
    return health_answer(health, ordered_json::array());
}

HttpAnswer metrics_answer(std::string text) {
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(text)};
}

std::optional<HttpAnswer> fixed_answer(const Route& route) {
    return std::visit(FixedAnswer{}, route);
}

}  // namespace ledger_bridge::daemon
