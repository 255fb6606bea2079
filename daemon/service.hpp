// Answers every HTTP request: at once, or when there is a signature.
#pragma once

#include <string>
#include <vector>

#include "daemon/devices.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/http_message.hpp"
#include "daemon/http/routes.hpp"
#include "daemon/key_service.hpp"
#include "daemon/metrics.hpp"
#include "daemon/node_watch.hpp"

namespace ledger_bridge::daemon {

// Main thread alone. Everything given by reference must outlive it.
class Service {
public:
    Service(KeyService& keys,
            Devices& devices,
            floor::StoreThread& store,
            MetricsRegistry& metrics,
            const NodeWatch* node,  // null: none is asked
            PathPrefix path_prefix);

    // The handler of the listeners for HTTP and HTTPS.
    void handle(Listener listener, const HttpRequest& request, const Respond& respond);

private:
    [[nodiscard]] HttpAnswer answer(const Route& route);
    [[nodiscard]] HttpAnswer key_answer(const std::string& key) const;
    [[nodiscard]] HttpAnswer known_keys() const;
    [[nodiscard]] Health health() const;
    void add_node(Health& health) const;
    [[nodiscard]] HttpAnswer health_answer_of_all() const;
    [[nodiscard]] HttpAnswer health_answer_of(const std::string& key) const;
    [[nodiscard]] HttpAnswer metrics_page() const;
    void sign(const PostKey& route,
              const HttpRequest& request,
              Client client,
              const Respond& respond);
    [[nodiscard]] std::vector<SnapshotPointer> snapshots() const;

    KeyService& keys_;
    Devices& devices_;
    floor::StoreThread& store_;
    MetricsRegistry& metrics_;
    const NodeWatch* node_;
    PathPrefix path_prefix_;
};

}  // namespace ledger_bridge::daemon
