// What Prometheus reads: every counter and gauge of the daemon, one typed call each.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apdu/types.hpp"
#include "daemon/floor/comparison.hpp"
#include "daemon/floor/payload.hpp"
#include "daemon/http/routes.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/errors.hpp"

namespace ledger_bridge::daemon {

// Whose marks a comparison is about: {"key", "tz1…"}, or {"device", its name}.
struct MarksOwner {
    std::string label;
    std::string value;
};

// Names begin with "ledger_bridge_". All calls are thread-safe and none blocks for long.
class MetricsRegistry {
public:
    explicit MetricsRegistry(std::string_view version);
    MetricsRegistry(const MetricsRegistry&) = delete;
    MetricsRegistry& operator=(const MetricsRegistry&) = delete;
    MetricsRegistry(MetricsRegistry&&) = delete;
    MetricsRegistry& operator=(MetricsRegistry&&) = delete;
    ~MetricsRegistry();

    // signatures_total{kind}: given to a client, repeats of a stored one included.
    void count_signature(floor::Kind kind);
    // refusals_total{reason}: the error's id; "other" for codes that have none.
    void count_refusal(const Error& error);
    // requests_total{route,status}.
    void count_request(const Route& route, unsigned status);
    // marks_moved_total: a device's marks moved by themselves.
    void count_marks_moved();
    // device_apdus_total.
    void count_apdus(std::size_t count);

    // foreign_reports_total: those of another program on the device.
    void count_foreign_report();

    // sign_seconds: from a complete sign request to its answer.
    void observe_sign(Duration time);
    // device_seconds: the device's part of it.
    void observe_device(Duration time);

    void set_device_ready(bool ready);
    void set_store_ready(bool ready);
    // store_failures_total: how often it began to fail.
    void count_store_failure();
    // watermark_level{kind} and watermark_round{kind}: what was signed last.
    void set_watermark(floor::Kind kind, apdu::Level level, apdu::Round round);
    // host_mark_level, host_mark_round, device_mark_level, device_mark_round {owner,chain}, and
    // marks_ahead: 1 the device is ahead, -1 the host, 0 neither. This and the
    // next on one thread.
    void set_comparison(const MarksOwner& owner, const floor::MarkComparison& comparison);
    // Of owners that are not here any more, or must not be named.
    void forget_comparisons();
    void set_queue_length(std::size_t length);
    void set_connections(std::size_t count);
    // With a node alone: node_up, 1 when its last answer is a head to go by, and node_head_level,
    // the last level that it said; 0 before.
    void set_node(bool up, const std::optional<apdu::Level>& head);
    // tls_certificate_not_after_seconds: Unix time; 0 without https.
    void set_certificate_end(WallTime end);

    // Prometheus text, format 0.0.4.
    [[nodiscard]] std::string text() const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace ledger_bridge::daemon
