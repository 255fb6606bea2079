#include "daemon/service.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "daemon/admin/facts_json.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/comparison.hpp"
#include "daemon/health.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/sign_body.hpp"
#include "daemon/http/status_page.hpp"

namespace ledger_bridge::daemon {

namespace {

// The answer must be on the wire, not on its way there, when the deadline comes.
constexpr Duration kAnswerTime = std::chrono::milliseconds{50};

Duration waiting_time(Duration sign_deadline) {
    return sign_deadline - std::min(kAnswerTime, sign_deadline / 10);
}

std::vector<floor::MarkComparison> compared_marks(const SessionSnapshot& session,
                                                  const floor::StoreThread& store) {
    if (!session.facts || !session.facts->key) {
        return {};
    }
    return floor::compare_marks(
        session.facts->key->hash(), session.facts->marks, store.marks(), store.adopted());
}

nlohmann::ordered_json marks_json(const SessionSnapshot& session, const floor::StoreThread& store) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& one : compared_marks(session, store)) {
        all.emplace_back(admin::comparison_json(one));
    }
    return all;
}

}  // namespace

// A request whose answer comes from the device's thread or, failing that, from the timer.
struct Service::Pending {
    Pending(boost::asio::io_context& io, apdu::KeyHash key_hash, Respond answer)
        : key(key_hash), respond(std::move(answer)), timer(io) {}

    apdu::KeyHash key;
    Respond respond;  // empty once called
    boost::asio::steady_timer timer;
};

Service::Service(ServiceOptions options,
                 boost::asio::io_context& io,
                 Devices& devices,
                 floor::StoreThread& store,
                 MetricsRegistry& metrics,
                 const Clock& clock)
    : options_(options),
      io_(io),
      devices_(devices),
      store_(store),
      metrics_(metrics),
      clock_(clock) {}

void Service::handle(const HttpRequest& request, const Respond& respond) {
    const auto route = parse_route(request.method, request.target);
    const auto counted = [this, route, respond](const HttpAnswer& given) {
        metrics_.count_request(route, given.status);
        respond(given);
    };
    if (const auto* post = std::get_if<PostKey>(&route)) {
        sign(*post, request, counted);
    } else {
        counted(answer(route));
    }
}

HttpAnswer Service::answer(const Route& route) const {
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
        return authorized_keys_answer(std::nullopt);
    }
    const auto health = health_of_all(snapshots(), store_.state());
    return std::holds_alternative<Index>(route)
               ? status_page(health_page_json(health), BRIDGE_VERSION)
               : health_answer(health);
}

HttpAnswer Service::key_answer(const std::string& key) const {
    const auto held = held_key(key);
    return held ? public_key_answer(held->key.text()) : error_answer(held.error());
}

HttpAnswer Service::known_keys() const {
    if (!options_.list_known_keys) {
        return error_answer(fail(Errc::known_keys_off));
    }
    std::vector<std::string> hashes;
    for (const auto& held : devices_.keys()) {
        hashes.push_back(held.key.hash().text());
    }
    return known_keys_answer(hashes);
}

HttpAnswer Service::health_answer_of(const std::string& key) const {
    const auto held = held_key(key);
    if (held) {
        const auto session =
            held->device != nullptr ? *held->device->snapshot() : SessionSnapshot{};
        return health_answer(health_of(session, store_.state()), marks_json(session, store_));
    }
    if (held.error().code == make_error_code(Errc::no_device_yet)) {
        return health_answer(health_of_all(snapshots(), store_.state()));
    }
    return error_answer(held.error());
}

HttpAnswer Service::metrics_page() const {
    std::size_t waiting = 0;
    for (const auto& device : devices_.threads()) {
        waiting += device->waiting();
    }
    for (const auto& session : snapshots()) {
        for (const auto& one : compared_marks(*session, store_)) {
            metrics_.set_comparison(session->facts->key->hash(), one);
        }
    }
    metrics_.set_queue_length(waiting);
    metrics_.set_store_ready(store_.state() == "ok");
    metrics_.set_device_ready(health_of_all(snapshots(), "ok").reasons.empty());
    return metrics_answer(metrics_.text());
}

Result<HeldKey> Service::held_key(const std::string& text) const {
    if (text.starts_with("tz4")) {
        return fail(Errc::tz4_refused, text);
    }
    const auto key = apdu::parse_key_hash(text);
    if (!key) {
        return key.error();
    }
    return devices_.find(*key);
}

void Service::sign(const PostKey& route, const HttpRequest& request, const Respond& respond) {
    const auto received = clock_.now();
    const auto held = held_key(route.text);
    if (!held) {
        return respond(error_answer(held.error()));
    }
    auto message = parse_sign_body(request.body);
    if (!message) {
        return respond(error_answer(message.error()));
    }
    const Deadline deadline(clock_, received + waiting_time(options_.sign_deadline));
    const auto pending = std::make_shared<Pending>(io_, held->key.hash(), respond);
    ++unanswered_;
    pending->timer.expires_at(deadline.at());
    pending->timer.async_wait([this, pending](const error_code& cancelled) {
        if (!cancelled) {
            finish(*pending, fail(Errc::deadline_passed));
        }
    });
    const auto completion = [this, pending](const Result<apdu::Signature>& result) {
        boost::asio::post(io_, [this, pending, result] { finish(*pending, result); });
    };
    // Without its device the key is still subject to every check, and stored signatures are given.
    auto& device = held->device != nullptr ? *held->device : *devices_.threads().front();
    device.submit({pending->key, std::move(*message), received, deadline}, held->chain, completion);
}

void Service::finish(Pending& pending, const Result<apdu::Signature>& result) {
    if (!pending.respond) {
        return;  // the deadline was quicker, or the signature
    }
    pending.timer.cancel();
    --unanswered_;
    const auto respond = std::exchange(pending.respond, nullptr);
    if (result) {
        return respond(signature_answer(apdu::signature_text(pending.key.kind, *result)));
    }
    const auto& error = result.error();
    metrics_.count_refusal(error);
    spdlog::warn("no signature for {}: {}", pending.key.text(), error.text());
    respond(error_answer(error));
}

std::vector<SnapshotPointer> Service::snapshots() const {
    std::vector<SnapshotPointer> all;
    for (const auto& device : devices_.threads()) {
        all.push_back(device->snapshot());
    }
    return all;
}

}  // namespace ledger_bridge::daemon
