#include "daemon/metrics.hpp"

#include <array>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace ledger_bridge::daemon {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

// Around what devices take for a signature, 0.2 to 0.8 s (measured by the app's authors), and up
// to the deadline of a request.
const Histogram::BucketBoundaries& seconds_buckets() {
    static const Histogram::BucketBoundaries buckets{
        0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 4, 6, 15};
    return buckets;
}

Family<Counter>& counters(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter()
        .Name(std::string("ledger_bridge_") + name)
        .Help(help)
        .Register(registry);
}

Family<Gauge>& gauges(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge()
        .Name(std::string("ledger_bridge_") + name)
        .Help(help)
        .Register(registry);
}

Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildHistogram()
        .Name(std::string("ledger_bridge_") + name)
        .Help(help)
        .Register(registry)
        .Add({}, seconds_buckets());
}

prometheus::Labels kind_label(floor::Kind kind) {
    return {{"kind", std::string(floor::kind_name(kind))}};
}

double ahead_number(floor::Ahead ahead) {
    if (ahead == floor::Ahead::neither) {
        return 0;
    }
    return ahead == floor::Ahead::device ? 1 : -1;
}

double seconds(Duration time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

struct MetricsRegistry::Families {
    prometheus::Registry registry = prometheus::Registry();
    Family<Counter>& signatures = counters(registry, "signatures_total", "Signatures given");
    Family<Counter>& refusals = counters(registry, "refusals_total", "Sign requests refused");
    Family<Counter>& requests = counters(registry, "requests_total", "HTTP requests answered");
    Counter& apdus =
        counters(registry, "device_apdus_total", "Commands sent to the device").Add({});
    Counter& foreign_reports =
        counters(registry, "foreign_reports_total", "Reports of another program on the device")
            .Add({});
    Counter& marks_moved =
        counters(registry, "marks_moved_total", "Times that a device's marks moved by themselves")
            .Add({});
    Histogram& sign =
        histogram(registry, "sign_seconds", "From a complete sign request to its answer");
    Histogram& device = histogram(registry, "device_seconds", "The device's part of a signature");
    Gauge& device_ready = gauges(registry, "device_ready", "1 when the device can sign").Add({});
    Gauge& store_ready =
        gauges(registry, "store_ready", "1 when watermarks can be written").Add({});
    Counter& store_failures =
        counters(registry, "store_failures_total", "Times that watermarks could not be written")
            .Add({});
    Family<Gauge>& level = gauges(registry, "watermark_level", "Level signed last");
    Family<Gauge>& round = gauges(registry, "watermark_round", "Round signed last");
    Family<Gauge>& host_level =
        gauges(registry, "host_mark_level", "Highest level signed on a chain, of any kind");
    Family<Gauge>& host_round =
        gauges(registry, "host_mark_round", "Round of the highest mark signed on a chain");
    Family<Gauge>& device_level =
        gauges(registry, "device_mark_level", "Level of the device's mark for a chain");
    Family<Gauge>& device_round =
        gauges(registry, "device_mark_round", "Round of the device's mark for a chain");
    Family<Gauge>& ahead =
        gauges(registry,
               "marks_ahead",
               "1 when the device's mark is ahead, -1 when the host's is, else 0");
    std::vector<std::pair<Family<Gauge>*, Gauge*>> comparisons = {};
    Gauge& queue = gauges(registry, "queue_length", "Requests waiting for the device").Add({});
    Gauge& connections = gauges(registry, "connections", "HTTP connections open").Add({});
    Gauge& certificate_end = gauges(registry,
                                    "tls_certificate_not_after_seconds",
                                    "When the certificate of https ends, in Unix time; 0 without")
                                 .Add({});
    Family<Gauge>& node_up =
        gauges(registry, "node_up", "1 when the node's last answer is a head to go by");
    Family<Gauge>& node_head =
        gauges(registry, "node_head_level", "Level of the node's head, as it last said");
    Family<Gauge>& build = gauges(registry, "build_info", "Always 1; the version is a label");
};

MetricsRegistry::MetricsRegistry(std::string_view version)
    : families_(std::make_unique<Families>()) {
    families_->build.Add({{"version", std::string(version)}}).Set(1);
    // Present from the start, so that a rate over the first signature is seen.
    for (const auto kind :
         {floor::Kind::block, floor::Kind::preattestation, floor::Kind::attestation}) {
        families_->signatures.Add(kind_label(kind));
    }
}

MetricsRegistry::~MetricsRegistry() = default;

void MetricsRegistry::count_signature(floor::Kind kind) {
    families_->signatures.Add(kind_label(kind)).Increment();
}

void MetricsRegistry::count_refusal(const Error& error) {
    const auto named = error_row(error.code) != nullptr;
    families_->refusals.Add({{"reason", named ? error.id() : "other"}}).Increment();
}

void MetricsRegistry::count_request(const Route& route, unsigned status) {
    const std::string name(route_name(route));
    families_->requests.Add({{"route", name}, {"status", std::to_string(status)}}).Increment();
}

void MetricsRegistry::count_marks_moved() {
    families_->marks_moved.Increment();
}

void MetricsRegistry::count_apdus(std::size_t count) {
    families_->apdus.Increment(static_cast<double>(count));
}

void MetricsRegistry::count_foreign_report() {
    families_->foreign_reports.Increment();
}

void MetricsRegistry::observe_sign(Duration time) {
    families_->sign.Observe(seconds(time));
}

void MetricsRegistry::observe_device(Duration time) {
    families_->device.Observe(seconds(time));
}

void MetricsRegistry::set_device_ready(bool ready) {
    families_->device_ready.Set(ready ? 1 : 0);
}

void MetricsRegistry::set_store_ready(bool ready) {
    families_->store_ready.Set(ready ? 1 : 0);
}

void MetricsRegistry::count_store_failure() {
    families_->store_failures.Increment();
}

void MetricsRegistry::set_watermark(floor::Kind kind, apdu::Level level, apdu::Round round) {
    families_->level.Add(kind_label(kind)).Set(level.value);
    families_->round.Add(kind_label(kind)).Set(round.value);
}

void MetricsRegistry::set_comparison(const MarksOwner& owner,
                                     const floor::MarkComparison& comparison) {
    const prometheus::Labels labels{{owner.label, owner.value}, {"chain", comparison.chain.text()}};
    const auto set = [this, &labels](Family<Gauge>& family, double value) {
        auto& gauge = family.Add(labels);
        gauge.Set(value);
        families_->comparisons.emplace_back(&family, &gauge);
    };
    set(families_->host_level, comparison.host.level.value);
    set(families_->host_round, comparison.host.round.value);
    set(families_->device_level, comparison.device.level.value);
    set(families_->device_round, comparison.device.round.value);
    set(families_->ahead, ahead_number(comparison.ahead));
}

void MetricsRegistry::forget_comparisons() {
    for (const auto& [family, gauge] : families_->comparisons) {
        family->Remove(gauge);
    }
    families_->comparisons.clear();
}

void MetricsRegistry::set_queue_length(std::size_t length) {
    families_->queue.Set(static_cast<double>(length));
}

void MetricsRegistry::set_connections(std::size_t count) {
    families_->connections.Set(static_cast<double>(count));
}

void MetricsRegistry::set_certificate_end(WallTime end) {
    families_->certificate_end.Set(seconds(end.time_since_epoch()));
}

void MetricsRegistry::set_node(bool up, const std::optional<apdu::Level>& head) {
    families_->node_up.Add({}).Set(up ? 1 : 0);
    families_->node_head.Add({}).Set(head ? head->value : 0);
}

std::string MetricsRegistry::text() const {
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace ledger_bridge::daemon
