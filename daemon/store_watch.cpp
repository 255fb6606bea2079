#include "daemon/store_watch.hpp"

#include <spdlog/spdlog.h>

namespace ledger_bridge::daemon {

void StoreWatch::look(const std::string& state) {
    const bool ok = state == "ok";
    metrics_.set_store_ready(ok);
    if (ok == !failing_since_) {
        return;
    }
    if (!ok) {
        failing_since_ = clock_.now();
        metrics_.count_store_failure();
        spdlog::error("the store fails: {}", state);
        return;
    }
    const auto seconds = std::chrono::duration<double>(clock_.now() - *failing_since_).count();
    failing_since_.reset();
    spdlog::info("the store works again after {:.1f} s", seconds);
}

}  // namespace ledger_bridge::daemon
