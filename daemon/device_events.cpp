#include "daemon/device_events.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/floor/comparison.hpp"
#include "daemon/state_news.hpp"

namespace ledger_bridge::daemon {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

std::string facts_text(const DeviceFacts& facts) {
    return fmt::format("{} {}, {}, key {}, chain {}",
                       facts.app.name,
                       facts.app.version,
                       facts.name,
                       facts.key ? facts.key->hash().text() : "none",
                       apdu::chain_display_name(facts.marks.chain));
}

bool ends_by_itself(const SessionSnapshot& session) {
    return session.state == SessionState::opening || session.state == SessionState::identifying;
}

void log_state(const SessionSnapshot& session) {
    const auto state = state_name(session.state);
    if (session.serves()) {
        spdlog::info("device {} is {} ({})", session.device, state, facts_text(*session.facts));
        return;
    }
    spdlog::log(ends_by_itself(session) ? spdlog::level::info : spdlog::level::warn,
                "device {} is {}: {}",
                session.device,
                state,
                session.refusal().text());
}

// A spare, a device that was reset, or one that forgot its mark when the power was cut.
void warn_behind(const floor::StoreThread& store, const DeviceFacts& facts) {
    if (!facts.key) {
        return;
    }
    const auto compared =
        floor::compare_marks(facts.key->hash(), facts.marks, store.marks(), store.adopted());
    for (const auto& one : compared) {
        if (one.ahead == floor::Ahead::host) {
            spdlog::warn("device {} would sign again what was signed: {}; this program will not",
                         facts.name,
                         floor::comparison_text(one));
        }
    }
}

void log_signature(const SignatureReport& report) {
    const auto& payload = report.payload;
    spdlog::info("signed {} level {} round {} key {} chain {} device {:.1f} ms total {:.1f} ms",
                 floor::kind_name(payload.kind),
                 payload.level.value,
                 payload.round.value,
                 report.key.text(),
                 apdu::chain_display_name(payload.chain),
                 Milliseconds(report.device_time).count(),
                 Milliseconds(report.total_time).count());
}

void count(MetricsRegistry& metrics, const SignatureReport& report) {
    metrics.count_signature(report.payload.kind);
    metrics.set_watermark(report.payload.kind, report.payload.level, report.payload.round);
    metrics.observe_device(report.device_time);
    metrics.observe_sign(report.total_time);
}

}  // namespace

DeviceThreadEvents device_events(floor::StoreThread& store, MetricsRegistry& metrics) {
    DeviceThreadEvents events;
    events.session.changed = [news = StateNews()](const SessionSnapshot& session) mutable {
        if (news.is_news(session)) {
            log_state(session);
        }
    };
    events.session.identified = [&store](const DeviceFacts& facts) { warn_behind(store, facts); };
    events.session.alarm = [&metrics](const std::string& what) {
        spdlog::error(
            "device: {}; somebody else uses it, or it is broken: what it says is taken over", what);
        metrics.count_marks_moved();
    };
    events.signed_one = [&metrics](const SignatureReport& report) {
        log_signature(report);
        count(metrics, report);
    };
    return events;
}

std::shared_ptr<ForeignReports> foreign_reports(const std::string& device,
                                                MetricsRegistry& metrics,
                                                const Clock& clock) {
    return std::make_shared<ForeignReports>(
        clock,
        [&metrics] { metrics.count_foreign_report(); },
        [device](const Error& warning) { spdlog::warn("device {}: {}", device, warning.text()); });
}

}  // namespace ledger_bridge::daemon
