#include "daemon/admin/facts_json.hpp"

#include <algorithm>

#include "apdu/ledger_uri.hpp"

namespace ledger_bridge::admin {

namespace {

bool below_root(const apdu::DerivationPath& path) {
    const auto root = apdu::DerivationPath::root();
    const auto& components = path.components();
    return components.size() > root.components().size() &&
           std::equal(root.components().begin(), root.components().end(), components.begin());
}

}  // namespace

nlohmann::json mark_json(const apdu::Mark& mark) {
    return {{"level", mark.level.value}, {"round", mark.round.value}};
}

nlohmann::json comparison_json(const floor::MarkComparison& comparison) {
    const auto position = [](const floor::Position& at) { return mark_json({at.level, at.round}); };
    return {{"chain", chain_text(comparison.chain)},
            {"host", position(comparison.host)},
            {"device", position(comparison.device)},
            {"mark", comparison.under_main ? "main" : "test"},
            {"adopted",
             comparison.adopted ? nlohmann::json(comparison.adopted->value) : nlohmann::json()},
            {"ahead", floor::ahead_name(comparison.ahead)}};
}

nlohmann::json adopted_json(const floor::AdoptedLevel& adopted) {
    return {{"chains", adopted.scope.text()},
            {"level", adopted.level.value},
            {"origin", adopted.origin}};
}

nlohmann::json key_json(const apdu::AuthorizedKey& key) {
    return {{"path", key.path.text()}, {"curve", apdu::curve_name(key.curve)}};
}

nlohmann::json key_json(const apdu::AuthorizedKey& key, const apdu::PublicKey& public_key) {
    auto json = key_json(key);
    json["address"] = public_key.hash().text();
    json["public_key"] = public_key.text();
    return json;
}

std::string chain_text(apdu::ChainId chain) {
    return chain.unspecified() ? apdu::chain_display_name(chain) : chain.text();
}

std::string ledger_uri_text(const std::string& name, const apdu::AuthorizedKey& key) {
    return below_root(key.path) ? apdu::LedgerUri{name, key.curve, key.path}.text() : "";
}

}  // namespace ledger_bridge::admin
