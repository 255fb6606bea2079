#include "daemon/certificate_watch.hpp"

#include <chrono>

#include "daemon/logging.hpp"

namespace ledger_bridge::daemon {

namespace {

// Time for somebody who is on holiday; certificates that live 90 days are renewed after 60.
constexpr std::chrono::days kNotice{14};

}  // namespace

void CertificateWatch::watch(const TlsContext& context, const TlsFiles& files) {
    path_ = *files.certificate;
    end_ = valid_until(context);
    told_ = State::good;
    metrics_.set_certificate_end(end_);
}

void CertificateWatch::look(WallTime now) {
    const auto found = path_.empty() ? State::good : state(now);
    if (found <= told_) {
        return;  // a clock that jumps back says nothing new
    }
    told_ = found;
    if (found == State::over) {
        logger("http")->warn(
            "the certificate {} has expired, and clients refuse it; renew it, then reload", path_);
    } else {
        logger("http")->warn("the certificate {} expires in {} days; renew it, then reload",
                             path_,
                             std::chrono::floor<std::chrono::days>(end_ - now).count());
    }
}

CertificateWatch::State CertificateWatch::state(WallTime now) const {
    if (now > end_) {
        return State::over;
    }
    return end_ - now < kNotice ? State::ends_soon : State::good;
}

}  // namespace ledger_bridge::daemon
