// Answers every HTTP request: at once, or when the device's thread has the signature.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "daemon/devices.hpp"
#include "daemon/http/http_message.hpp"
#include "daemon/http/routes.hpp"
#include "daemon/metrics.hpp"

namespace ledger_bridge::daemon {

struct ServiceOptions {
    Duration sign_deadline = std::chrono::seconds{4};
    bool list_known_keys = false;
};

// Main thread alone. Everything given by reference must outlive it.
class Service {
public:
    Service(ServiceOptions options,
            boost::asio::io_context& io,
            Devices& devices,
            floor::StoreThread& store,
            MetricsRegistry& metrics,
            const Clock& clock);

    // The handler of every HTTP listener.
    void handle(const HttpRequest& request, const Respond& respond);

    // Signing requests that have no answer yet.
    [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

private:
    struct Pending;

    [[nodiscard]] HttpAnswer answer(const Route& route) const;
    [[nodiscard]] HttpAnswer key_answer(const std::string& key) const;
    [[nodiscard]] HttpAnswer known_keys() const;
    [[nodiscard]] HttpAnswer health_answer_of(const std::string& key) const;
    [[nodiscard]] HttpAnswer metrics_page() const;
    [[nodiscard]] Result<HeldKey> held_key(const std::string& text) const;
    void sign(const PostKey& route, const HttpRequest& request, const Respond& respond);
    void finish(Pending& pending, const Result<apdu::Signature>& result);
    [[nodiscard]] std::vector<SnapshotPointer> snapshots() const;

    ServiceOptions options_;
    boost::asio::io_context& io_;
    Devices& devices_;
    floor::StoreThread& store_;
    MetricsRegistry& metrics_;
    const Clock& clock_;
    std::size_t unanswered_ = 0;
};

}  // namespace ledger_bridge::daemon
