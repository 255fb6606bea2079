#include "daemon/service.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "daemon/admin/facts_json.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/comparison.hpp"
#include "daemon/health.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/sign_body.hpp"
#include "daemon/http/status_page.hpp"

namespace ledger_bridge::daemon {

namespace {

std::vector<floor::MarkComparison> compared_marks(const SessionSnapshot& session,
                                                  const floor::StoreThread& store) {
    if (!session.facts || !session.facts->key) {
        return {};
    }
    return floor::compare_marks(
        session.facts->key->hash(), session.facts->marks, store.marks(), store.adopted());
}

void append_marks(nlohmann::ordered_json& all,
                  const SessionSnapshot& session,
                  const floor::StoreThread& store,
                  bool named) {
    for (const auto& one : compared_marks(session, store)) {
        auto entry = nlohmann::ordered_json::object();
        if (named) {
            entry["key"] = session.facts->key->hash().text();
        }
        entry.update(nlohmann::ordered_json(admin::comparison_json(one)));
        all.push_back(entry);
    }
}

MarksOwner owner_of_marks(const SessionSnapshot& session, bool named) {
    return named ? MarksOwner{"key", session.facts->key->hash().text()}
                 : MarksOwner{"device", session.facts->name};
}

std::vector<std::string> texts(const std::vector<apdu::KeyHash>& hashes) {
    std::vector<std::string> texts;
    for (const auto& hash : hashes) {
        texts.push_back(hash.text());
    }
    return texts;
}

Credential credential_of(const SignQuery& query) {
    return query.authentication ? Credential(apdu::parse_signature(*query.authentication))
                                : std::nullopt;
}

}  // namespace

Service::Service(KeyService& keys,
                 Devices& devices,
                 floor::StoreThread& store,
                 MetricsRegistry& metrics,
                 const NodeWatch* node,
                 PathPrefix path_prefix)
    : keys_(keys),
      devices_(devices),
      store_(store),
      metrics_(metrics),
      node_(node),
      path_prefix_(std::move(path_prefix)) {}

void Service::handle(Listener listener, const HttpRequest& request, const Respond& respond) {
    auto route = parse_route(request.method, request.target, path_prefix_);
    if (request.from_page) {
        route = for_page(std::move(route));
    }
    const auto counted = [this, route, respond](const HttpAnswer& given) {
        metrics_.count_request(route, given.status);
        respond(given);
    };
    if (const auto* post = std::get_if<PostKey>(&route)) {
        sign(*post,
             request,
             {.listener = listener, .certificate = request.certificate, .origin = request.origin},
             counted);
    } else {
        counted(answer(route));
    }
}

HttpAnswer Service::answer(const Route& route) {
    if (const auto fixed = fixed_answer(route)) {
        return *fixed;
    }
    if (const auto* key = std::get_if<GetKey>(&route)) {
        return key_answer(key->text);
    }
    if (const auto* key = std::get_if<Statusz>(&route)) {
        return health_answer_of(key->text);
    }
    if (std::holds_alternative<GetKnownKeys>(route)) {
        return known_keys();
    }
    if (std::holds_alternative<MetricsPage>(route)) {
        return metrics_page();
    }
    if (std::holds_alternative<GetAuthorizedKeys>(route)) {
        const auto authorized = keys_.authorized_keys();
        return authorized_keys_answer(authorized ? std::optional(texts(*authorized))
                                                 : std::nullopt);
    }
    return std::holds_alternative<Index>(route)
               ? status_page(health_page_json(health()), BRIDGE_VERSION)
               : health_answer_of_all();
}

Health Service::health() const {
    auto health = health_of_all(snapshots(), store_.state(), store_.handed_over());
    add_node(health);
    return health;
}

void Service::add_node(Health& health) const {
    if (const auto problem = node_ != nullptr ? node_->news().problem : std::nullopt) {
        add_warning(health, "node", *problem);
    }
}

HttpAnswer Service::health_answer_of_all() const {
    auto marks = nlohmann::ordered_json::array();
    for (const auto& session : snapshots()) {
        append_marks(marks, *session, store_, keys_.names_keys());
    }
    return health_answer(health(), marks);
}

HttpAnswer Service::key_answer(const std::string& key) const {
    const auto held = keys_.find(served_key_hash(key));
    return held ? public_key_answer(held->key.text()) : error_answer(held.error());
}

HttpAnswer Service::known_keys() const {
    const auto known = keys_.known_keys();
    return known ? known_keys_answer(texts(*known)) : error_answer(known.error());
}

HttpAnswer Service::health_answer_of(const std::string& key) const {
    const auto held = keys_.find(served_key_hash(key));
    if (held) {
        const auto session =
            held->device != nullptr ? *held->device->snapshot() : SessionSnapshot{};
        auto marks = nlohmann::ordered_json::array();
        append_marks(marks, session, store_, true);
        auto health = health_of(session, store_.state(), store_.handed_over());
        add_node(health);
        if (keys_.names_keys()) {
            health.policy = keys_.policies().texts(held->key.hash());
        }
        return health_answer(health, marks);
    }
    if (held.error().code == make_error_code(Errc::no_device_yet)) {
        return health_answer_of_all();
    }
    return error_answer(held.error());
}

HttpAnswer Service::metrics_page() const {
    std::size_t waiting = 0;
    for (const auto& device : devices_.threads()) {
        waiting += device->waiting();
    }
    metrics_.forget_comparisons();
    for (const auto& session : snapshots()) {
        for (const auto& one : compared_marks(*session, store_)) {
            metrics_.set_comparison(owner_of_marks(*session, keys_.names_keys()), one);
        }
    }
    metrics_.set_queue_length(waiting);
    metrics_.set_store_ready(store_.state() == "ok");
    metrics_.set_device_ready(health_of_all(snapshots(), "ok").reasons.empty());
    return metrics_answer(metrics_.text());
}

void Service::sign(const PostKey& route,
                   const HttpRequest& request,
                   Client client,
                   const Respond& respond) {
    const auto key = served_key_hash(route.text);
    keys_.sign({key, parse_sign_body(request.body), std::move(client), credential_of(route.query)},
               [key, respond](const Result<apdu::Signature>& signature) {
                   respond(signature ? signature_answer(apdu::signature_text(key->kind, *signature))
                                     : error_answer(signature.error()));
               });
}

std::vector<SnapshotPointer> Service::snapshots() const {
    std::vector<SnapshotPointer> all;
    for (const auto& device : devices_.threads()) {
        all.push_back(device->snapshot());
    }
    return all;
}

}  // namespace ledger_bridge::daemon
