// Says in good time that the certificate of the HTTPS listener ends, and once that it has.
#pragma once

#include <string>

#include "daemon/config/tls_files.hpp"
#include "daemon/http/tls_context.hpp"
#include "daemon/metrics.hpp"

namespace ledger_bridge::daemon {

// One thread. Log: a warning when fewer than 14 days are left and another when none is, each once
// for each certificate. Metrics: tls_certificate_not_after_seconds.
class CertificateWatch {
public:
    explicit CertificateWatch(MetricsRegistry& metrics) : metrics_(metrics) {}

    // The certificate that clients are shown from now on; `files` has one.
    void watch(const TlsContext& context, const TlsFiles& files);
    // To be called again and again. Says nothing while there is no certificate.
    void look(WallTime now);

private:
    enum class State { good, ends_soon, over };
    [[nodiscard]] State state(WallTime now) const;

    MetricsRegistry& metrics_;
    std::string path_;  // empty: none
    WallTime end_;
    State told_ = State::good;
};

}  // namespace ledger_bridge::daemon
