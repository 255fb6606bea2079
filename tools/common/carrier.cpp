#include "tools/common/carrier.hpp"

#include "tools/common/daemon_carrier.hpp"
#include "tools/common/direct_carrier.hpp"
#include "tools/common/installation.hpp"
#include "tools/common/survey.hpp"

namespace ledger_bridge::tools {

Result<std::unique_ptr<Carrier>> open_carrier(const CommonOptions& options,
                                              Need need,
                                              const Clock& clock) {
    const auto installation = read_installation(options);
    if (!installation) {
        return installation.error();
    }
    auto daemon = find_daemon(installation->admin_socket, options.device, clock);
    if (!daemon || *daemon) {
        return daemon;
    }
    return need == Need::survey ? open_survey(*installation, options.device.has_value(), clock)
                                : open_device(*installation, need, clock);
}

}  // namespace ledger_bridge::tools
