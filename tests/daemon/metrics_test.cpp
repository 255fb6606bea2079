#include "daemon/metrics.hpp"

#include <gtest/gtest.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {
namespace {

bool has_line(const MetricsRegistry& metrics, const std::string& line) {
    return ("\n" + metrics.text()).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, EverythingIsThereFromTheStart) {
    const MetricsRegistry metrics("1.2.3");
    for (const auto* line : {"ledger_bridge_build_info{version=\"1.2.3\"} 1",
                             "ledger_bridge_signatures_total{kind=\"block\"} 0",
                             "ledger_bridge_signatures_total{kind=\"preattestation\"} 0",
                             "ledger_bridge_signatures_total{kind=\"attestation\"} 0",
                             "ledger_bridge_device_ready 0",
                             "ledger_bridge_store_ready 0",
                             "ledger_bridge_store_failures_total 0",
                             "ledger_bridge_device_apdus_total 0",
                             "ledger_bridge_queue_length 0",
                             "ledger_bridge_connections 0",
                             "ledger_bridge_tls_certificate_not_after_seconds 0",
                             "ledger_bridge_sign_seconds_count 0",
                             "ledger_bridge_device_seconds_count 0"}) {
        EXPECT_TRUE(has_line(metrics, line)) << line << "\n" << metrics.text();
    }
}

TEST(Metrics, CountersCountByLabel) {
    MetricsRegistry metrics("1");
    metrics.count_signature(floor::Kind::block);
    metrics.count_signature(floor::Kind::block);
    metrics.count_refusal(fail(Errc::locked));
    metrics.count_refusal({error_code(5, boost::system::system_category()), ""});
    metrics.count_request(PostKey{}, 200);
    metrics.count_request(PostKey{}, 409);
    metrics.count_apdus(3);
    for (const auto* line : {"ledger_bridge_signatures_total{kind=\"block\"} 2",
                             "ledger_bridge_refusals_total{reason=\"locked\"} 1",
                             "ledger_bridge_refusals_total{reason=\"other\"} 1",
                             R"(ledger_bridge_requests_total{route="sign",status="200"} 1)",
                             R"(ledger_bridge_requests_total{route="sign",status="409"} 1)",
                             "ledger_bridge_device_apdus_total 3"}) {
        EXPECT_TRUE(has_line(metrics, line)) << line << "\n" << metrics.text();
    }
}

TEST(Metrics, GaugesShowTheLastValue) {
    MetricsRegistry metrics("1");
    metrics.set_device_ready(true);
    metrics.set_store_ready(true);
    metrics.set_store_ready(false);
    metrics.set_watermark(floor::Kind::attestation, apdu::Level{12345678}, apdu::Round{2});
    metrics.set_queue_length(4);
    metrics.set_connections(5);
    for (const auto* line : {"ledger_bridge_device_ready 1",
                             "ledger_bridge_store_ready 0",
                             "ledger_bridge_watermark_level{kind=\"attestation\"} 12345678",
                             "ledger_bridge_watermark_round{kind=\"attestation\"} 2",
                             "ledger_bridge_queue_length 4",
                             "ledger_bridge_connections 5"}) {
        EXPECT_TRUE(has_line(metrics, line)) << line << "\n" << metrics.text();
    }
}

TEST(Metrics, CountsTheReportsOfOtherPrograms) {
    MetricsRegistry metrics("1");
    EXPECT_TRUE(has_line(metrics, "ledger_bridge_foreign_reports_total 0"));
    metrics.count_foreign_report();
    EXPECT_TRUE(has_line(metrics, "ledger_bridge_foreign_reports_total 1"));
}

TEST(Metrics, TimesAreInSeconds) {
    MetricsRegistry metrics("1");
    metrics.observe_sign(std::chrono::milliseconds(250));
    metrics.observe_device(std::chrono::seconds(2));
    for (const auto* line : {"ledger_bridge_sign_seconds_sum 0.25",
                             "ledger_bridge_sign_seconds_bucket{le=\"0.2\"} 0",
                             "ledger_bridge_sign_seconds_bucket{le=\"0.3\"} 1",
                             "ledger_bridge_device_seconds_sum 2"}) {
        EXPECT_TRUE(has_line(metrics, line)) << line << "\n" << metrics.text();
    }
}

TEST(Metrics, OfANodeOnlyWhereOneIsAsked) {
    MetricsRegistry metrics("1");
    EXPECT_EQ(metrics.text().find("ledger_bridge_node"), std::string::npos);
    metrics.set_node(false, std::nullopt);
    EXPECT_TRUE(has_line(metrics, "ledger_bridge_node_up 0")) << metrics.text();
    metrics.set_node(true, apdu::Level{12345678});
    EXPECT_TRUE(has_line(metrics, "ledger_bridge_node_up 1")) << metrics.text();
    EXPECT_TRUE(has_line(metrics, "ledger_bridge_node_head_level 12345678")) << metrics.text();
}

}  // namespace
}  // namespace ledger_bridge::daemon
