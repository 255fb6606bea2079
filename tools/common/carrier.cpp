#include "tools/common/carrier.hpp"

#include "tools/common/daemon_carrier.hpp"
#include "tools/common/direct_carrier.hpp"

namespace ledger_bridge::tools {

Result<std::unique_ptr<Carrier>> open_carrier(const CommonOptions& options,
                                              Need need,
                                              const Clock& clock) {
    auto daemon = find_daemon(options, clock);
    if (!daemon || *daemon) {
        return daemon;
    }
    return open_device(options, need, clock);
}

}  // namespace ledger_bridge::tools
